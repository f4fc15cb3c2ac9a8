import { open } from 'node:fs/promises';
import { MEDIA_HEAD_BYTES, readHead } from './media-kind.ts';

/**
 * Whether an AVI file ends before its header says. Where the cut falls between two frames, FFmpeg takes it for the
 * end of the video and says nothing. `false` for every other file.
 * @param sizeBytes what the file has, or will have
 */
export async function isRiffCutShort(path: string, sizeBytes: number): Promise<boolean> {
  await using file = await open(path);
  const head = await readHead(file);
  if (head.length < MEDIA_HEAD_BYTES || head.toString('latin1', 0, 4) !== 'RIFF') return false;
  return sizeBytes < 8 + head.readUInt32LE(4);
}
