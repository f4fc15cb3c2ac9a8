import type { Detection } from '../detections/detection.ts';
import { CONFIDENCE_FLOOR } from '../detections/filter-detections.ts';

/** Asks for everything above the floor, neither suppressed nor clipped: the page does both, for any setting, at once. */
export const RAW_OPTIONS = { confidence: CONFIDENCE_FLOOR, iou: 1, unclipped: true } as const;

/** How many boxes a server lists that does not say how many. */
export const USUAL_MAX_DETECTIONS = 1_000;

/** How far down candidates are complete: to the floor, unless the list was as long as the server makes it. */
export function completeFrom(candidates: readonly Detection[], maxDetections: number): number {
  const last = candidates.at(-1);
  return last && candidates.length >= maxDetections ? last.confidence : CONFIDENCE_FLOOR;
}
