import { open } from 'node:fs/promises';

/**
 * Whether an AVI file ends before its header says. Where the cut falls between two frames, FFmpeg takes it for the
 * end of the video and says nothing. `false` for every other file.
 */
export async function isRiffCutShort(path: string): Promise<boolean> {
  await using file = await open(path);
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
  if (bytesRead < 12 || buffer.toString('latin1', 0, 4) !== 'RIFF') return false;
  return size < 8 + buffer.readUInt32LE(4);
}
