import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { loadPersistently } from '../problems/load-part.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { countSeries, MOST_LINES } from './count-series.ts';
import type { Player } from './player.ts';
import styles from './video-counts.module.css';
import { formatClock } from './words.ts';

const CountsChart = dynamic(
  () => loadPersistently(() => import('./counts-chart.tsx').then((module) => module.CountsChart)),
  { ssr: false, loading: () => <div className={styles.chart} /> },
);

interface Props {
  /** As they are filtered. */
  readonly frames: readonly AnalysedFrame[];
  readonly player: Player;
}

/** How many of each class over time: a chart for the eye, a table for everybody. */
export function VideoCounts({ frames, player }: Props) {
  const counts = useMemo(() => countSeries(frames), [frames]);
  if (frames.length < 2 || counts.classes.length === 0) return null;
  return (
    <section className={styles.counts} aria-labelledby="counts-title">
      <h3 id="counts-title">Counts over time</h3>
      <div className={styles.chart}>
        <CountsChart counts={counts} player={player} />
      </div>
      {counts.classes.length > MOST_LINES && (
        <p className={styles.more}>
          The chart has the {MOST_LINES} classes that are seen most; the table has all {counts.classes.length}
          .
        </p>
      )}
      <details>
        <summary>The same as a table</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
        <section className={styles.scroll} tabIndex={0} aria-label="Counts over time, as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {counts.classes.map(({ classId, name }) => (
                  <th key={classId} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {counts.timesMs.map((timeMs, index) => (
                <tr key={timeMs}>
                  <th scope="row">{formatClock(timeMs, true)}</th>
                  {counts.classes.map(({ classId, counts: values }) => (
                    <td key={classId}>{values[index]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </section>
  );
}
