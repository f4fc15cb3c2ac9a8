import { type FileHandle, open } from 'node:fs/promises';
import { isIsoMedia, readHead } from './media-kind.ts';

/** A box of an MP4 or MOV file: its name and how far the next one is. */
export interface IsoBox {
  readonly name: string;
  readonly length: number;
}

/** A box begins with its length, 32 bits, and its name; a length of 1 means that 64 bits of it follow. */
export const BOX_HEAD_BYTES = 16;

/** The box at `offset`; nothing where there is no room for one. A length of 0 means: to the end of the file. */
export async function readBox(file: FileHandle, offset: number): Promise<IsoBox | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(BOX_HEAD_BYTES), 0, BOX_HEAD_BYTES, offset);
  if (bytesRead < BOX_HEAD_BYTES) return undefined;
  const short = buffer.readUInt32BE();
  const name = buffer.toString('latin1', 4, 8);
  return { name, length: short === 1 ? Number(buffer.readBigUInt64BE(8)) : short };
}

/**
 * Whether a fragmented file has something between its fragments that is no box, which FFmpeg takes for the end of the
 * video without a word. `false` for every other file: there the index says how much has to come.
 */
export async function isFragmentTorn(path: string): Promise<boolean> {
  await using file = await open(path);
  if (!isIsoMedia(await readHead(file))) return false;
  const { size } = await file.stat();
  let isFragmented = false;
  for (let offset = 0; ; ) {
    const box = await readBox(file, offset);
    if (!box || box.length === 0) return false;
    isFragmented ||= box.name === 'moof';
    const isBox = /^[ -~\xa9]{4}$/.test(box.name) && box.length >= 8 && offset + box.length <= size;
    if (!isBox) return isFragmented;
    offset += box.length;
  }
}
