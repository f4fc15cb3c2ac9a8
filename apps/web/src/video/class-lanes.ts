import type { AnalysedFrame } from '../uploads/analysis-event.ts';

/** A stretch of time in which a class is seen in the same number. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
  readonly count: number;
}

/** Where one class appears. */
export interface Lane {
  readonly classId: number;
  readonly name: string;
  /** How many are seen at once at most. */
  readonly most: number;
  /** In order, without those where there is none. */
  readonly spans: readonly Span[];
}

/** More steps than this are not told apart on a screen, and are not drawn. */
const MOST_STEPS = 600;

/**
 * Where each class appears and how many of it, the most seen class first.
 *
 * @param frames as they are filtered, in order
 * @param gapMs for how long the last frame counts
 */
export function classLanes(frames: readonly AnalysedFrame[], gapMs: number): Lane[] {
  const lanes = new Map<number, { name: string; seen: number; spans: Span[] }>();
  for (const { startMs, endMs, counts } of steps(frames, gapMs)) {
    for (const [classId, { name, count }] of counts) {
      const lane = lanes.get(classId) ?? { name, seen: 0, spans: [] };
      lanes.set(classId, lane);
      lane.seen += count;
      const last = lane.spans.at(-1);
      if (last?.endMs === startMs && last.count === count) lane.spans.splice(-1, 1, { ...last, endMs });
      else lane.spans.push({ startMs, endMs, count });
    }
  }
  return [...lanes]
    .sort(([, a], [, b]) => b.seen - a.seen)
    .map(([classId, { name, spans }]) => {
      return { classId, name, spans, most: Math.max(...spans.map(({ count }) => count)) };
    });
}

interface Step {
  readonly startMs: number;
  readonly endMs: number;
  readonly counts: ReadonlyMap<number, { name: string; count: number }>;
}

/** Time cut at analysed frames; of several that share a step, the highest count of each class. */
function steps(frames: readonly AnalysedFrame[], gapMs: number): Step[] {
  const size = Math.max(1, Math.ceil(frames.length / MOST_STEPS));
  const result: Step[] = [];
  for (let index = 0; index < frames.length; index += size) {
    const group = frames.slice(index, index + size);
    const [first, last] = [group[0], group.at(-1)] as [AnalysedFrame, AnalysedFrame];
    const endMs = frames[index + size]?.timeMs ?? last.timeMs + gapMs;
    result.push({ startMs: first.timeMs, endMs, counts: highestCounts(group) });
  }
  return result;
}

/** Of each class, how many are seen at once at most. */
export function highestCounts(
  frames: readonly AnalysedFrame[],
): Map<number, { name: string; count: number }> {
  const highest = new Map<number, { name: string; count: number }>();
  for (const { detections } of frames) {
    const counts = new Map<number, number>();
    for (const { classId, name } of detections) {
      const count = (counts.get(classId) ?? 0) + 1;
      counts.set(classId, count);
      if (count > (highest.get(classId)?.count ?? 0)) highest.set(classId, { name, count });
    }
  }
  return highest;
}
