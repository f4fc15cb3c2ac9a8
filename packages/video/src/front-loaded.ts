import { type FileHandle, open } from 'node:fs/promises';
import { type Growth, untilCommitted } from './growing-file.ts';
import { isVideo, MEDIA_HEAD_BYTES } from './media-kind.ts';

/** A box of an MP4 file begins with its length, 32 bits, and its name; a length of 1 means that 64 bits of it follow. */
const BOX_HEAD_BYTES = 16;
/** Files have a handful of boxes before the two that matter; whoever has more wants to keep us busy. */
const MAX_BOXES = 64;

/**
 * Whether a video can be decoded from its beginning while its rest is not there: Matroska, WebM and AVI always, MP4
 * and MOV where the index (moov) comes before the frames (mdat), as in all fragmented ones. Waits for the bytes that
 * say so, and for no others.
 */
export async function isFrontLoaded(path: string, growth: Growth, signal: AbortSignal): Promise<boolean> {
  if (growth.sizeBytes < BOX_HEAD_BYTES) return false;
  await untilCommitted(growth, BOX_HEAD_BYTES, signal);
  await using file = await open(path);
  const head = await readHead(file, 0);
  if (!isVideo(head.subarray(0, MEDIA_HEAD_BYTES))) return false;
  const isIso = head.readUInt32BE() !== 0x1a45dfa3 && head.toString('latin1', 0, 4) !== 'RIFF';
  if (!isIso) return true;
  let offset = 0;
  for (let boxes = 0; boxes < MAX_BOXES && offset + BOX_HEAD_BYTES <= growth.sizeBytes; boxes++) {
    await untilCommitted(growth, offset + BOX_HEAD_BYTES, signal);
    const { name, length } = readBox(await readHead(file, offset));
    if (name === 'moov') return true;
    if (name === 'mdat' || length < 8) return false;
    offset += length;
  }
  return false;
}

async function readHead(file: FileHandle, offset: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(BOX_HEAD_BYTES), 0, BOX_HEAD_BYTES, offset);
  return buffer.subarray(0, bytesRead);
}

function readBox(head: Buffer): { name: string; length: number } {
  if (head.length < BOX_HEAD_BYTES) return { name: '', length: 0 };
  const short = head.readUInt32BE();
  const name = head.toString('latin1', 4, 8);
  return { name, length: short === 1 ? Number(head.readBigUInt64BE(8)) : short };
}
