import { type FileHandle, open } from 'node:fs/promises';

/** Brands of ISO files that hold a still picture. */
const PICTURE_BRANDS = new Set(['avif', 'avis', 'heic', 'heix', 'mif1', 'msf1']);
/** First boxes of MP4 and MOV files. */
const MOVIE_BOXES = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot', 'styp']);
const MATROSKA = 0x1a45dfa3;

/** How much of a file must be seen to know. */
export const MEDIA_HEAD_BYTES = 12;

/** Whether a file that begins with these bytes is to be read as a video; names are not to be trusted. */
export function isVideo(head: Buffer): boolean {
  if (head.length < MEDIA_HEAD_BYTES) return false;
  const text = (start: number) => head.toString('latin1', start, start + 4);
  if (head.readUInt32BE() === MATROSKA) return true;
  if (text(0) === 'RIFF') return text(8) === 'AVI ';
  return isIsoMedia(head);
}

/** Whether it is MP4 or MOV. */
export function isIsoMedia(head: Buffer): boolean {
  if (head.length < MEDIA_HEAD_BYTES) return false;
  const [box, brand] = [head.toString('latin1', 4, 8), head.toString('latin1', 8, 12)];
  return MOVIE_BOXES.has(box) && !(box === 'ftyp' && PICTURE_BRANDS.has(brand));
}

/** The same for a file. */
export async function isVideoFile(path: string): Promise<boolean> {
  await using file = await open(path);
  return isVideo(await readHead(file));
}

/** The first bytes of a file, fewer where it has no more. */
export async function readHead(file: Pick<FileHandle, 'read'>): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MEDIA_HEAD_BYTES), 0, MEDIA_HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}
