import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { highestCounts } from './class-lanes.ts';

/** More lines than these lie over each other in a chart; the table has all. */
export const MOST_LINES = 6;

/** How many of each class at which time. */
export interface CountSeries {
  /** In order. */
  readonly timesMs: readonly number[];
  /** The most seen class first; one count for each time. */
  readonly classes: readonly {
    readonly classId: number;
    readonly name: string;
    readonly counts: readonly number[];
  }[];
}

/** More points than this nobody tells apart, in a chart or in a table. */
const MOST_POINTS = 300;

/** Of several frames that share a point, the highest count of each class. */
export function countSeries(frames: readonly AnalysedFrame[]): CountSeries {
  const size = Math.max(1, Math.ceil(frames.length / MOST_POINTS));
  const groups = Array.from({ length: Math.ceil(frames.length / size) }, (_, index) =>
    frames.slice(index * size, (index + 1) * size),
  );
  const counts = groups.map(highestCounts);
  const names = new Map(
    counts.flatMap((of) => [...of].map(([classId, { name }]) => [classId, name] as const)),
  );
  const classes = [...names].map(([classId, name]) => {
    return { classId, name, counts: counts.map((of) => of.get(classId)?.count ?? 0) };
  });
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    timesMs: groups.map((group) => group[0]?.timeMs ?? 0),
    classes: classes.sort((a, b) => total(b.counts) - total(a.counts)),
  };
}
