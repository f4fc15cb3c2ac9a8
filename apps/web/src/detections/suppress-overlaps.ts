import { boxArea } from './box-area.ts';
import type { Box, Detection } from './detection.ts';

/**
 * Class-wise greedy non-maximum suppression, as the server does it: from the surest down, a box is kept unless a kept
 * box of its class overlaps it by more than `iou`. Exact only for boxes that are neither clipped nor suppressed yet.
 *
 * @param candidates most confident first; ties keep their order
 * @param iou 0 to 1; compared in single precision, as it travels
 */
export function suppressOverlaps(candidates: readonly Detection[], iou: number): readonly Detection[] {
  const limit = Math.fround(iou);
  const keptByClass = new Map<number, Box[]>();
  return candidates.filter(({ classId, boxXyxy }) => {
    const rivals = keptByClass.get(classId) ?? [];
    if (rivals.some((rival) => intersectionOverUnion(rival, boxXyxy) > limit)) return false;
    rivals.push(boxXyxy);
    keptByClass.set(classId, rivals);
    return true;
  });
}

/** The area that two boxes share over the area that they cover together, 0 to 1; of two empty ones 0. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / (boxArea(a) + boxArea(b) - intersection);
}
