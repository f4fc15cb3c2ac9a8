import type { Box, Size } from '../detections/detection.ts';
import { type Fit, fitPicture } from '../detections/fit-picture.ts';

/** A picture's own size in pixels, and the size of the frame that it is looked at through, in CSS pixels. */
export interface Sight {
  readonly picture: Size;
  readonly frame: Size;
}

/** At least so far can be zoomed in: CSS pixels per pixel of the picture, and times the scale at which it fits. */
const MOST_SCALE = 8;
const MOST_ZOOM = 8;

/** One step of a button or a key. */
export const ZOOM_STEP = 1.5;

/** Two scales that differ by less are the same. */
const SAME_SCALE = 0.001;

/** Whether the whole picture is seen, as large as the frame lets it be. */
export function isWhole({ scale }: Fit, sight: Sight): boolean {
  return Math.abs(scale / fitPicture(sight.picture, sight.frame).scale - 1) < SAME_SCALE;
}

/** Whether there is nothing to zoom out of. */
export function isFarthest({ scale }: Fit, sight: Sight): boolean {
  return scale <= leastScale(sight) * (1 + SAME_SCALE);
}

/** Whether there is nothing to zoom into any more. */
export function isNearest({ scale }: Fit, sight: Sight): boolean {
  return scale >= mostScale(sight) * (1 - SAME_SCALE);
}

function mostScale({ picture, frame }: Sight): number {
  return Math.max(MOST_SCALE, fitPicture(picture, frame).scale * MOST_ZOOM);
}

/** So far out that all is seen; of a picture smaller than the frame, at its own size. */
function leastScale({ picture, frame }: Sight): number {
  return Math.min(fitPicture(picture, frame).scale, 1);
}

/** Changes the scale by a factor, with the point of the picture that lies at `[x, y]` of the frame staying there. */
export function zoomAt(
  view: Fit,
  factor: number,
  [x, y]: readonly [x: number, y: number],
  sight: Sight,
): Fit {
  const scale = Math.min(Math.max(view.scale * factor, leastScale(sight)), mostScale(sight));
  const ratio = scale / view.scale;
  const [left, top] = view.area;
  return placed(scale, x - (x - left) * ratio, y - (y - top) * ratio, sight);
}

/** Moves the picture by CSS pixels. */
export function panBy(view: Fit, dx: number, dy: number, sight: Sight): Fit {
  return placed(view.scale, view.area[0] + dx, view.area[1] + dy, sight);
}

/** The same look at the picture through a frame of another size: all of it if it was all, else around the same middle. */
export function throughFrame(view: Fit, before: Sight, frame: Size): Fit {
  const sight = { picture: before.picture, frame };
  if (isWhole(view, before)) return fitPicture(sight.picture, frame);
  const dx = (frame.width - before.frame.width) / 2;
  const dy = (frame.height - before.frame.height) / 2;
  return zoomAt(panBy(view, dx, dy, sight), 1, [frame.width / 2, frame.height / 2], sight);
}

/** The point of the picture, in its pixels, that lies at a point of the frame. */
export function pointInPicture(
  { scale, area }: Fit,
  [x, y]: readonly [x: number, y: number],
): readonly [x: number, y: number] {
  return [(x - area[0]) / scale, (y - area[1]) / scale];
}

/** So much of what is around a box is brought into sight with it, its label for one. CSS pixels. */
const AROUND_PX = 28;

/** The least move that brings a box of the picture into sight. */
export function reveal(view: Fit, [left, top, right, bottom]: Box, sight: Sight): Fit {
  const { scale, area } = view;
  const along = (start: number, from: number, to: number, length: number) =>
    shift(start + from * scale - AROUND_PX, start + to * scale + AROUND_PX, length);
  const dx = along(area[0], left, right, sight.frame.width);
  const dy = along(area[1], top, bottom, sight.frame.height);
  return dx === 0 && dy === 0 ? view : panBy(view, dx, dy, sight);
}

function shift(from: number, to: number, length: number): number {
  if (from >= 0 && to <= length) return 0;
  if (from <= 0 && to >= length) return 0;
  return from < 0 ? Math.min(-from, length - to) : Math.max(length - to, -from);
}

/** A picture that fits is centred; a larger one leaves no gap at either edge. */
function placed(scale: number, left: number, top: number, { picture, frame }: Sight): Fit {
  const [width, height] = [picture.width * scale, picture.height * scale];
  const x = settle(left, width, frame.width);
  const y = settle(top, height, frame.height);
  return { scale, area: [x, y, x + width, y + height] };
}

function settle(start: number, length: number, room: number): number {
  return length <= room ? (room - length) / 2 : Math.min(Math.max(start, room - length), 0);
}
