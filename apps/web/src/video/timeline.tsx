import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';
import { classColor } from '../detections/class-color.ts';
import { tallyByClass } from '../detections/words.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { classLanes, type Lane } from './class-lanes.ts';
import { neighbourOf } from './frame-at-time.ts';
import type { Player } from './player.ts';
import styles from './timeline.module.css';
import { useKnownFrame } from './use-known-frame.ts';
import type { VideoState } from './video-state.ts';
import { analysedMs } from './video-status.ts';
import { formatClock } from './words.ts';

interface Props {
  readonly video: VideoState;
  /** As they are filtered. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  /** 0 while it is not known. */
  readonly durationMs: number;
  readonly player: Player;
}

/** Where each class appears in the video and how many; leads there by click and by key. */
export function Timeline({ video, frames, gapMs, durationMs, player }: Props) {
  const lanes = useMemo(() => classLanes(frames, gapMs), [frames, gapMs]);
  const shared = { durationMs, frames, player };
  return (
    <section className={styles.timeline} aria-label="Timeline" data-testid="timeline">
      <SeekBar {...shared} gapMs={gapMs} analysedMs={analysedMs(video, durationMs)} />
      {lanes.length > 0 ? (
        <ul className={styles.lanes} aria-label="Where each class appears">
          {lanes.map((lane) => (
            <LaneRow key={lane.classId} lane={lane} {...shared} />
          ))}
        </ul>
      ) : (
        <p className={styles.nothing}>{nothingWords(video, frames)}</p>
      )}
      <Playhead {...shared} />
    </section>
  );
}

function nothingWords(video: VideoState, frames: readonly AnalysedFrame[]): string {
  if (video.phase === 'done' && frames.length === 0)
    return 'The video has fewer frames than that. Analyse more of them.';
  if (frames.length === 0) return 'Each class gets a line here, as soon as it is seen.';
  return 'Nothing in the analysed frames passes the filters.';
}

type PartProps = Pick<Props, 'frames' | 'player' | 'durationMs'>;

const PAGE_MS = 10_000;

function SeekBar(props: PartProps & { gapMs: number; analysedMs: number }) {
  const { frames, player, durationMs, gapMs, analysedMs } = props;
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

const LANE_HEIGHT = 20;

function LaneRow({ lane, durationMs, player }: PartProps & { lane: Lane }) {
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

/** The line through all lanes; moved past React, once a picture. */
function Playhead({ player, durationMs }: PartProps) {
  const line = useRef<HTMLDivElement>(null);
  const { clock } = player;
  useEffect(() => {
    const move = () => {
      const share = durationMs > 0 ? Math.min(clock.getTimeMs() / durationMs, 1) : 0;
      line.current?.style.setProperty('--share', String(share));
    };
    move();
    return clock.subscribe(move);
  }, [clock, durationMs]);
  return <div ref={line} className={styles.playhead} aria-hidden="true" />;
}
