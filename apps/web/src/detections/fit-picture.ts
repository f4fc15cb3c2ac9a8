import type { Box, Size } from './detection.ts';

/** Where a picture lies in its frame, and how large its pixels are there. */
export interface Fit {
  /** CSS pixels per pixel of the picture. */
  readonly scale: number;
  /** The picture's edges in CSS pixels of the frame. */
  readonly area: Box;
}

/** Places a picture (its own pixels) in a frame (CSS pixels) as `object-fit: contain` does: whole and centred. */
export function fitPicture(picture: Size, frame: Size): Fit {
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  const left = (frame.width - picture.width * scale) / 2;
  const top = (frame.height - picture.height * scale) / 2;
  return { scale, area: [left, top, left + picture.width * scale, top + picture.height * scale] };
}

/** A box in the picture's pixels, in CSS pixels of the frame. */
export function boxInFrame([left, top, right, bottom]: Box, { scale, area: [x, y] }: Fit): Box {
  return [x + left * scale, y + top * scale, x + right * scale, y + bottom * scale];
}
