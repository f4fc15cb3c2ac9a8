import { classColor } from '../detections/class-color.ts';
import type { Lane } from './class-lanes.ts';
import type { Player } from './player.ts';
import styles from './timeline.module.css';

const LANE_HEIGHT = 20;

interface Props {
  readonly lane: Lane;
  readonly durationMs: number;
  readonly player: Player;
}

/** Where one class appears; leads there. */
export function LaneRow({ lane, durationMs, player }: Props) {
  const { name, classId, most, spans } = lane;

  /** The next stretch in which the class appears, from the start again after the last. */
  function jump() {
    const nowMs = player.getTargetMs();
    const starts = spans.filter(({ startMs }, index) => spans[index - 1]?.endMs !== startMs);
    const next = starts.find(({ startMs }) => startMs > nowMs + 2) ?? starts[0];
    if (next) player.seek(next.startMs);
  }

  function seekTo({ clientX, currentTarget }: React.MouseEvent) {
    const { left, width } = currentTarget.getBoundingClientRect();
    player.seek(((clientX - left) / width) * durationMs);
  }

  return (
    <li className={styles.row} data-testid="lane">
      <button
        type="button"
        className={styles.label}
        title={`${name}: go to where it appears next`}
        onClick={jump}
      >
        <span>{name}</span> {most}
        <span className="visually-hidden">at once at most, go to where it appears next</span>
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button and the slider do the same by key */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button and the slider do the same by key */}
      <div className={styles.lane} onClick={seekTo}>
        <svg viewBox={`0 0 1000 ${LANE_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {spans.map(({ startMs, endMs, count }) => {
            const height = LANE_HEIGHT * (0.3 + (0.7 * count) / most);
            const [x, end] = [startMs, Math.min(endMs, durationMs)].map(
              (ms) => (ms / durationMs) * 1_000,
            ) as [number, number];
            return (
              <rect
                key={startMs}
                x={x}
                y={LANE_HEIGHT - height}
                width={Math.max(end - x, 2)}
                height={height}
                fill={classColor(classId)}
              />
            );
          })}
        </svg>
      </div>
    </li>
  );
}
