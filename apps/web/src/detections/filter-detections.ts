import type { Detection } from './detection.ts';

/** What is asked of the server: low enough that the slider never needs another answer. 0 to 1. */
export const CONFIDENCE_FLOOR = 0.05;

/** The service's own default, and where the slider starts. 0 to 1. */
export const DEFAULT_CONFIDENCE = 0.25;

/**
 * The detections of at least this confidence, in the same order. The result is what the server would give for
 * that threshold: suppression works downwards, so a less certain box never removes a more certain one.
 */
export function filterDetections(
  detections: readonly Detection[],
  minConfidence: number,
): readonly Detection[] {
  return detections.filter(({ confidence }) => confidence >= minConfidence);
}
