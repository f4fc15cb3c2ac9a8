import type { Detection } from './detection.ts';

/** What is asked of the server: low enough that the slider never needs another answer. 0 to 1. */
export const CONFIDENCE_FLOOR = 0.05;

/** The service's own defaults, and where the sliders start. 0 to 1. */
export const DEFAULT_CONFIDENCE = 0.25;
export const DEFAULT_IOU = 0.45;

/** Which classes are shown, by id; all when empty. */
export type ClassChoice = ReadonlySet<number>;

export const ALL_CLASSES: ClassChoice = new Set();

/**
 * The detections above this confidence, in the same order. The result is what the server would give for that
 * threshold: suppression works downwards, so a less certain box never removes a more certain one.
 *
 * @param minConfidence 0 to 1; compared in single precision, as it travels
 */
export function filterDetections(
  detections: readonly Detection[],
  minConfidence: number,
  classes: ClassChoice = ALL_CLASSES,
): readonly Detection[] {
  const limit = Math.fround(minConfidence);
  return detections.filter(
    ({ confidence, classId }) => confidence > limit && (classes.size === 0 || classes.has(classId)),
  );
}

/** How many detections there are of a class. */
export interface ClassCount {
  readonly classId: number;
  readonly name: string;
  readonly count: number;
}

/** The classes among the detections, the most frequent first. */
export function countByClass(detections: readonly Detection[]): readonly ClassCount[] {
  const counts = new Map<number, ClassCount>();
  for (const { classId, name } of detections) {
    counts.set(classId, { classId, name, count: (counts.get(classId)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
