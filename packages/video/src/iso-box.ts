import { type FileHandle, open } from 'node:fs/promises';
import { isIsoMedia, readHead } from './media-kind.ts';

/** A box of an MP4 or MOV file: its name and how far the next one is. */
export interface IsoBox {
  readonly name: string;
  readonly length: number;
}

/** A box begins with its length, 32 bits, and its name; a length of 1 means that 64 bits of it follow. */
export const BOX_HEAD_BYTES = 16;

/** Files have a handful of boxes before those that matter; whoever has more wants to keep us busy. */
export const MAX_HEAD_BOXES = 64;

/** Of a fragmented file, enough for a day in fragments of a second. What comes after them is not looked at. */
const MAX_BOXES = 2 ** 18;
const CHUNK_BYTES = 2 ** 14;

/** The box at `offset`; nothing where there is no room for one. A length of 0 means: to the end of the file. */
export async function readBox(file: FileHandle, offset: number): Promise<IsoBox | undefined> {
  return toBox(await readBytes(file, offset, BOX_HEAD_BYTES));
}

/**
 * Whether a fragmented file has something between its fragments that is no box, which FFmpeg takes for the end of the
 * video without a word. `false` for every other file: there the index says how much has to come.
 */
export async function isFragmentTorn(path: string, signal?: AbortSignal): Promise<boolean> {
  await using file = await open(path);
  return await hasTornFragment(file, signal);
}

/** The same for an open file. @throws the signal's reason */
export async function hasTornFragment(
  file: Pick<FileHandle, 'read' | 'stat'>,
  signal?: AbortSignal,
): Promise<boolean> {
  if (!isIsoMedia(await readHead(file))) return false;
  const { size } = await file.stat();
  let isFragmented = false;
  let offset = 0;
  let chunk: Buffer = Buffer.alloc(0);
  let chunkAt = 0;
  for (let boxes = 0; boxes < (isFragmented ? MAX_BOXES : MAX_HEAD_BOXES); boxes++) {
    if (offset + BOX_HEAD_BYTES > chunkAt + chunk.length) {
      signal?.throwIfAborted();
      chunk = await readBytes(file, offset, CHUNK_BYTES);
      chunkAt = offset;
    }
    const box = toBox(chunk.subarray(offset - chunkAt));
    if (!box || box.length === 0) return false;
    isFragmented ||= box.name === 'moof';
    const isBox = /^[ -~\xa9]{4}$/.test(box.name) && box.length >= 8 && offset + box.length <= size;
    if (!isBox) return isFragmented;
    offset += box.length;
  }
  return false;
}

function toBox(head: Buffer): IsoBox | undefined {
  if (head.length < BOX_HEAD_BYTES) return undefined;
  const short = head.readUInt32BE();
  const name = head.toString('latin1', 4, 8);
  return { name, length: short === 1 ? Number(head.readBigUInt64BE(8)) : short };
}

/** Fewer at the file's end. */
async function readBytes(file: Pick<FileHandle, 'read'>, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
