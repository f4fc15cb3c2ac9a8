import { type KeyboardEvent, type PointerEvent, useCallback, useSyncExternalStore } from 'react';
import { tallyByClass } from '../detections/words.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { neighbourOf } from './frame-at-time.ts';
import type { Player } from './player.ts';
import styles from './timeline.module.css';
import { useKnownFrame } from './use-known-frame.ts';
import { formatClock } from './words.ts';

interface Props {
  /** As they are filtered. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  /** 0 while it is not known. */
  readonly durationMs: number;
  /** How much of it is analysed, from its start. */
  readonly analysedMs: number;
  readonly player: Player;
}

const PAGE_MS = 10_000;

/** Where the video is and how much of it is analysed; leads anywhere in it by pointer and by key. */
export function SeekBar({ frames, player, durationMs, gapMs, analysedMs }: Props) {
  const { clock } = player;
  const read = useCallback(() => Math.floor(clock.getTimeMs() / 100), [clock]);
  const tenths = useSyncExternalStore(clock.subscribe, read, read);
  const known = useKnownFrame(clock, frames, gapMs);
  const tally = known ? tallyByClass(known.frame.detections) || 'nothing' : 'not analysed';

  function seek(timeMs: number) {
    // A place on the bar means no time before it is known how long the video is.
    if (durationMs > 0) player.seek(timeMs);
  }

  function onKeyDown(event: KeyboardEvent) {
    const next = timeAfterKey(event.key, player.getTargetMs(), frames, durationMs);
    if (next === undefined) return;
    event.preventDefault();
    seek(next);
  }

  function seekTo({ clientX, buttons, currentTarget }: PointerEvent) {
    if (buttons !== 1) return;
    const { left, width } = currentTarget.getBoundingClientRect();
    seek(Math.min(Math.max((clientX - left) / width, 0), 1) * durationMs);
  }

  return (
    <div className={styles.row}>
      <span className={styles.label}>{formatClock(durationMs)}</span>
      <div
        className={styles.bar}
        role="slider"
        tabIndex={0}
        aria-label="Time"
        aria-valuemin={0}
        aria-valuemax={Math.ceil(durationMs / 100)}
        aria-valuenow={Math.min(tenths, Math.ceil(durationMs / 100))}
        aria-valuetext={`${formatClock(tenths * 100, true)} of ${formatClock(durationMs)}: ${tally}`}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seekTo(event);
        }}
        onPointerMove={seekTo}
      >
        <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
          <rect className={styles.rest} width="1000" height="10" />
          <rect
            className={styles.analysed}
            width={durationMs > 0 ? (analysedMs / durationMs) * 1_000 : 0}
            height="10"
          />
        </svg>
      </div>
    </div>
  );
}

/** The arrow keys go from one analysed frame to the next, the page keys ten seconds, the ends to the ends. */
function timeAfterKey(
  key: string,
  nowMs: number,
  frames: readonly AnalysedFrame[],
  durationMs: number,
): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return neighbourOf(frames, nowMs, 1)?.timeMs ?? nowMs;
    case 'ArrowLeft':
    case 'ArrowDown':
      return neighbourOf(frames, nowMs, -1)?.timeMs ?? 0;
    case 'PageDown':
      return nowMs - PAGE_MS;
    case 'PageUp':
      return Math.min(nowMs + PAGE_MS, durationMs);
    case 'Home':
      return 0;
    case 'End':
      return frames.at(-1)?.timeMs ?? durationMs;
    default:
      return undefined;
  }
}
