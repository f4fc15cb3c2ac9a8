import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { classColor } from '../detections/class-color.ts';
import { type CountSeries, MOST_LINES } from './count-series.ts';
import styles from './counts-chart.module.css';
import type { Player } from './player.ts';
import { formatClock } from './words.ts';

interface Props {
  readonly counts: CountSeries;
  readonly player: Player;
}

const HEIGHT_PX = 180;

const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

/** What changes the colours of the page. */
const COLOUR_QUERIES = ['(prefers-color-scheme: dark)', '(forced-colors: active)'];

/** A line for each class; a click leads to its time. For the eye: the table beside it says the same to everybody. */
export function CountsChart({ counts, player }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(undefined);
  const latest = useRef(counts);
  latest.current = counts;
  const lines = lineKey(counts);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    // Made anew for other lines only: what the pointer shows would flicker while frames come in.
    const made = new UPlot(options(element, latest.current), data(latest.current), element);
    chart.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    watch.observe(element);
    const stop = new AbortController();
    for (const query of COLOUR_QUERIES) {
      matchMedia(query).addEventListener('change', () => made.redraw(false), { signal: stop.signal });
    }
    const seek = () => {
      const timeMs = latest.current.timesMs[made.cursor.idx ?? -1];
      if (timeMs !== undefined) player.seek(timeMs);
    };
    made.over.addEventListener('click', seek);
    return () => {
      watch.disconnect();
      stop.abort();
      made.destroy();
    };
  }, [lines, player]);
  useEffect(() => chart.current?.setData(data(counts)), [counts]);
  return <div ref={place} className={styles.chart} aria-hidden="true" data-testid="counts-chart" />;
}

function lineKey({ classes }: CountSeries): string {
  return classes
    .slice(0, MOST_LINES)
    .map(({ classId }) => classId)
    .join();
}

function data({ timesMs, classes }: CountSeries): UPlot.AlignedData {
  return [timesMs.map((ms) => ms / 1_000), ...classes.slice(0, MOST_LINES).map(({ counts }) => [...counts])];
}

function options(element: HTMLElement, { classes }: CountSeries): UPlot.Options {
  // Asked for whenever it is drawn: the reader may change the colours.
  const ink = () => getComputedStyle(element).color;
  const line = () => getComputedStyle(element).outlineColor;
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const { stepped } = UPlot.paths;
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { live: true },
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(max, 1) * 1.08] } },
    axes: [
      {
        ...axis,
        incrs: TIME_STEPS_S,
        values: (_, splits) => splits.map((seconds) => formatClock(seconds * 1_000)),
      },
      { ...axis, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
    ],
    cursor: { drag: { x: false, y: false } },
    series: [
      { value: (_, seconds) => (seconds === null ? '' : formatClock(seconds * 1_000, true)), label: 'Time' },
      ...classes.slice(0, MOST_LINES).map(({ classId, name }) => ({
        label: name,
        value: (_: UPlot, count: number | null) => count ?? '',
        stroke: classColor(classId),
        width: 2,
        points: { show: false },
        ...(stepped && { paths: stepped({ align: 1 }) }),
      })),
    ],
  };
}
