import { DEFAULT_CONFIDENCE } from '../detections/filter-detections.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';

/** Which detections are shown. */
export interface FrameFilter {
  /** 0 to 1. */
  readonly minConfidence: number;
  /** Class ids that are not shown. */
  readonly hidden: ReadonlySet<number>;
}

export const NO_FILTER: FrameFilter = { minConfidence: DEFAULT_CONFIDENCE, hidden: new Set() };

/**
 * Frames with those detections only that a filter lets through. A frame that was filtered once gives the same object
 * again, so that what is drawn of it stays.
 */
export function createFrameFilter({ minConfidence, hidden }: FrameFilter) {
  const known = new WeakMap<AnalysedFrame, AnalysedFrame>();
  return (frames: readonly AnalysedFrame[]): readonly AnalysedFrame[] =>
    frames.map((frame) => {
      const before = known.get(frame);
      if (before) return before;
      const detections = frame.detections.filter(
        ({ confidence, classId }) => confidence >= minConfidence && !hidden.has(classId),
      );
      const filtered = { ...frame, detections };
      known.set(frame, filtered);
      return filtered;
    });
}

/** A class, and in how many frames it is seen. */
export interface ClassCount {
  readonly classId: number;
  readonly name: string;
  readonly frames: number;
}

/** All classes that reach a confidence, in how many frames each, the most frequent first. */
export function countClasses(frames: readonly AnalysedFrame[], minConfidence: number): ClassCount[] {
  const counts = new Map<number, { name: string; frames: number }>();
  for (const { detections } of frames) {
    const seen = new Set<number>();
    for (const { classId, name, confidence } of detections) {
      if (confidence < minConfidence || seen.has(classId)) continue;
      seen.add(classId);
      counts.set(classId, { name, frames: (counts.get(classId)?.frames ?? 0) + 1 });
    }
  }
  return [...counts]
    .map(([classId, count]) => ({ classId, ...count }))
    .sort((a, b) => b.frames - a.frames || a.classId - b.classId);
}
