import type { Size } from './detection.ts';

/**
 * Whether a browser shows a picture lying on its side: not all turn what their EXIF data asks to be turned, in WebP for
 * one. A square one, or one upside down, cannot be told so.
 *
 * @param shown its size as the browser shows it
 * @param upright its size as boxes refer to it
 */
export function isLying(shown: Size, upright: Size): boolean {
  const isTurned = shown.width === upright.height && shown.height === upright.width;
  return isTurned && shown.width !== shown.height;
}
