import { useEffect, useMemo, useState } from 'react';
import { tallyByClass } from '../detections/words.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import styles from './frame-gallery.module.css';
import type { Player } from './player.ts';
import { Still } from './still.tsx';
import { createStills, type Stills } from './stills.ts';
import { useKnownFrame } from './use-known-frame.ts';
import type { VideoState } from './video-state.ts';
import { countFrames } from './video-status.ts';
import { formatClock } from './words.ts';

interface Props {
  readonly video: VideoState;
  /** As they are filtered. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  readonly player: Player;
  /** Whether frames are left out in which nothing passes the filters. */
  readonly onlyWithObjects: boolean;
  readonly onOnlyWithObjects: (only: boolean) => void;
  /** Called when a frame was chosen, which the player then shows. */
  readonly onChoose: () => void;
}

/** So many more at a time: a long video has thousands. */
const PORTION = 48;

/** The analysed frames with their boxes; each leads to its place in the video. */
export function FrameGallery(props: Props) {
  const { video, frames, gapMs, player, onlyWithObjects, onOnlyWithObjects, onChoose } = props;
  const [most, setMost] = useState(PORTION);
  const stills = useStills(video);
  const known = useKnownFrame(player.clock, frames, gapMs);
  const chosen = useMemo(
    () => (onlyWithObjects ? frames.filter(({ detections }) => detections.length > 0) : frames),
    [frames, onlyWithObjects],
  );
  if (frames.length === 0) return null;
  return (
    <section className={styles.gallery} aria-labelledby="frames-title" data-testid="gallery">
      <header className={styles.header}>
        <h3 id="frames-title">{countFrames(chosen.length)}</h3>
        <label className={styles.only}>
          <input
            type="checkbox"
            checked={onlyWithObjects}
            onChange={({ target }) => onOnlyWithObjects(target.checked)}
          />
          Only with objects
        </label>
      </header>
      <ul className={styles.frames}>
        {chosen.slice(0, most).map((frame) => (
          <li key={frame.frame}>
            <button
              type="button"
              className={styles.frame}
              aria-current={frame.frame === known?.frame.frame || undefined}
              data-testid="gallery-frame"
              onClick={() => {
                player.seek(frame.timeMs);
                onChoose();
              }}
            >
              <Still frame={frame} stills={stills} />
              <span className={styles.caption}>
                <span className="visually-hidden">Frame {frame.frame},</span>
                <span>{formatClock(frame.timeMs, true)}</span>
                <span className={styles.tally}>{tallyByClass(frame.detections) || 'nothing'}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {chosen.length > most && (
        <button type="button" className="button" onClick={() => setMost(most + PORTION)}>
          Show {Math.min(PORTION, chosen.length - most)} more
        </button>
      )}
    </section>
  );
}

/** Undefined for a video that is not shown. */
function useStills({ url, playable }: VideoState): Stills | undefined {
  const [stills, setStills] = useState<Stills>();
  useEffect(() => {
    if (!url || !playable) return;
    const made = createStills(url);
    setStills(made);
    return () => {
      made.close();
      setStills(undefined);
    };
  }, [url, playable]);
  return stills;
}
