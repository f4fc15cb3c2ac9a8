import { open } from 'node:fs/promises';

/**
 * Whether an AVI file ends before its header says. Where the cut falls between two frames, FFmpeg takes it for the
 * end of the video and says nothing. `false` for every other file.
 * @param sizeBytes what the file has, or will have
 */
export async function isRiffCutShort(path: string, sizeBytes: number): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
  if (bytesRead < 12 || buffer.toString('latin1', 0, 4) !== 'RIFF') return false;
  return sizeBytes < 8 + buffer.readUInt32LE(4);
}
