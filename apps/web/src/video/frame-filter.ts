import {
  ALL_CLASSES,
  type ClassChoice,
  type ClassCount,
  DEFAULT_CONFIDENCE,
  filterDetections,
} from '../detections/filter-detections.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';

/** Which detections are shown. */
export interface FrameFilter {
  /** 0 to 1. */
  readonly minConfidence: number;
  readonly classes: ClassChoice;
}

export const NO_FILTER: FrameFilter = { minConfidence: DEFAULT_CONFIDENCE, classes: ALL_CLASSES };

/**
 * Frames with those detections only that a filter lets through. A frame that was filtered once gives the same object
 * again, so that what is drawn of it stays.
 */
export function createFrameFilter({ minConfidence, classes }: FrameFilter) {
  const known = new WeakMap<AnalysedFrame, AnalysedFrame>();
  return (frames: readonly AnalysedFrame[]): readonly AnalysedFrame[] =>
    frames.map((frame) => {
      const before = known.get(frame);
      if (before) return before;
      const filtered = { ...frame, detections: filterDetections(frame.detections, minConfidence, classes) };
      known.set(frame, filtered);
      return filtered;
    });
}

/** In how many frames each class is seen, the most frequent first. */
export function countFramesByClass(frames: readonly AnalysedFrame[]): readonly ClassCount[] {
  const counts = new Map<number, ClassCount>();
  for (const { detections } of frames) {
    for (const [classId, name] of new Map(detections.map((one) => [one.classId, one.name]))) {
      counts.set(classId, { classId, name, count: (counts.get(classId)?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.classId - b.classId);
}
