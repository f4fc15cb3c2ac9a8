import { open } from 'node:fs/promises';
import { type Growth, untilCommitted } from './growing-file.ts';
import { BOX_HEAD_BYTES, MAX_HEAD_BOXES, readBox } from './iso-box.ts';
import { isIsoMedia, isVideo, readHead } from './media-kind.ts';

/**
 * Whether a video can be decoded from its beginning while its rest is not there: Matroska, WebM and AVI always, MP4
 * and MOV where the index (moov) comes before the frames (mdat), as in all fragmented ones. Waits for the bytes that
 * say so, and for no others.
 */
export async function isFrontLoaded(path: string, growth: Growth, signal: AbortSignal): Promise<boolean> {
  if (growth.sizeBytes < BOX_HEAD_BYTES) return false;
  await untilCommitted(growth, BOX_HEAD_BYTES, signal);
  await using file = await open(path);
  const head = await readHead(file);
  if (!isIsoMedia(head)) return isVideo(head);
  let offset = 0;
  for (let boxes = 0; boxes < MAX_HEAD_BOXES && offset + BOX_HEAD_BYTES <= growth.sizeBytes; boxes++) {
    await untilCommitted(growth, offset + BOX_HEAD_BYTES, signal);
    const box = await readBox(file, offset);
    if (box?.name === 'moov') return true;
    if (!box || box.name === 'mdat' || box.length < 8) return false;
    offset += box.length;
  }
  return false;
}
