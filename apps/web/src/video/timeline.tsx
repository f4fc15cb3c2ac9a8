import { useEffect, useMemo, useRef } from 'react';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { classLanes } from './class-lanes.ts';
import { LaneRow } from './lane-row.tsx';
import type { Player } from './player.ts';
import { SeekBar } from './seek-bar.tsx';
import styles from './timeline.module.css';
import type { VideoState } from './video-state.ts';
import { analysedMs } from './video-status.ts';

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
  const shared = { durationMs, player };
  return (
    <section className={styles.timeline} aria-label="Timeline" data-testid="timeline">
      <SeekBar {...shared} frames={frames} gapMs={gapMs} analysedMs={analysedMs(video, durationMs)} />
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

/** The line through all lanes; moved past React, once a picture. */
function Playhead({ player, durationMs }: Pick<Props, 'player' | 'durationMs'>) {
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
