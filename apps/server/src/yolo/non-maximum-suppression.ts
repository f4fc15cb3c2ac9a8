import { intersectionOverUnion } from './boxes.ts';
import type { Candidates } from './candidates.ts';

/** More candidates than this are not looked at, the least confident first: the reference's `max_nms`. */
const MAX_CANDIDATES = 30_000;

/**
 * Class-wise greedy non-maximum suppression: in order of confidence, a box is kept unless a kept box of its class
 * overlaps it by more than `iou`. Ties keep the order of the input.
 *
 * @param iou 0 to 1
 * @param maxDetections how many boxes to keep at most
 * @returns indices into `candidates`, most confident first
 */
export function nonMaximumSuppression(candidates: Candidates, iou: number, maxDetections: number): number[] {
  const { boxesXyxy, confidences, classIds } = candidates;
  const order = Array.from(confidences.keys())
    .sort((a, b) => (confidences[b] as number) - (confidences[a] as number))
    .slice(0, MAX_CANDIDATES);
  const kept: number[] = [];
  const keptByClass = new Map<number, number[]>();
  for (const candidate of order) {
    if (kept.length >= maxDetections) break;
    const classId = classIds[candidate] as number;
    const rivals = keptByClass.get(classId) ?? [];
    if (rivals.some((rival) => intersectionOverUnion(boxesXyxy, rival, candidate) > iou)) continue;
    rivals.push(candidate);
    keptByClass.set(classId, rivals);
    kept.push(candidate);
  }
  return kept;
}
