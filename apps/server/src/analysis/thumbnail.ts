import sharp from 'sharp';
import type { SourceImage } from '../detector/detector.ts';

/** Small pictures are looked at, not measured. */
const QUALITY = 72;

/**
 * A frame as a JPEG whose longer side has at most `sidePx` pixels.
 *
 * @param frame upright, in mode RGB; its pixels are read before this returns a picture
 */
export async function toThumbnail({ width, height, data }: SourceImage, sidePx: number): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: sidePx, height: sidePx, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}
