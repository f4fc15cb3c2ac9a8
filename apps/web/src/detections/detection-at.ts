import { boxArea } from './box-area.ts';
import type { Detection } from './detection.ts';

/**
 * The detection under a point: the smallest whose box has it, since that one lies on top.
 *
 * @param point in pixels of the picture
 * @param marginPx how far beside a box still counts, in the same pixels: thin ones could not be met otherwise
 */
export function detectionAt(
  detections: readonly Detection[],
  [x, y]: readonly [x: number, y: number],
  marginPx: number,
): Detection | undefined {
  let best: Detection | undefined;
  for (const detection of detections) {
    const [left, top, right, bottom] = detection.boxXyxy;
    const inside =
      x >= left - marginPx && x <= right + marginPx && y >= top - marginPx && y <= bottom + marginPx;
    if (inside && (!best || boxArea(detection.boxXyxy) < boxArea(best.boxXyxy))) best = detection;
  }
  return best;
}
