import { type RefObject, useMemo, useRef, useState } from 'react';
import { BoxOverlay } from '../detections/box-overlay.tsx';
import type { Size } from '../detections/detection.ts';
import { useFrameSize } from '../detections/use-frame-size.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { Controls } from './controls.tsx';
import { frameDurationMs, lastIndexUntil } from './frame-at-time.ts';
import type { Player } from './player.ts';
import styles from './screen.module.css';
import { ScreenMessage } from './screen-message.tsx';
import { useKnownFrame } from './use-known-frame.ts';
import { useObjectUrl } from './use-object-url.ts';
import { type PlayerActions, usePlayerKeys } from './use-player-keys.ts';
import type { Pointed } from './use-pointed.ts';
import type { VideoJob } from './video-job.ts';
import type { VideoState } from './video-state.ts';

interface Props {
  readonly job: VideoJob;
  readonly video: VideoState;
  /** As they are filtered. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  readonly player: Player;
  readonly element: HTMLVideoElement | null;
  readonly unplayable: boolean;
  readonly active: boolean;
  /** Filled with the whole of it. */
  readonly stage: RefObject<HTMLDivElement | null>;
  readonly inputId: string;
  readonly pointed: Pointed;
  readonly onElement: (element: HTMLVideoElement | null) => void;
  readonly onUnplayable: () => void;
}

/** The playing video under its boxes, with its controls; goes full screen as a whole, so that the boxes come along. */
export function Screen(props: Props) {
  const { job, video, frames, gapMs, player, element, unplayable, active, stage, inputId, pointed } = props;
  const [boxesHidden, setBoxesHidden] = useState(false);
  const picture = useRef<HTMLDivElement>(null);
  const size = useFrameSize(picture);
  const actions = useActions({ video, player, element, whole: stage, setBoxesHidden });
  usePlayerKeys(actions, active);
  const hasPicture = video.url !== undefined && !unplayable;
  return (
    <div ref={stage} className={styles.screen} data-testid="video-stage" data-phase={video.phase}>
      <div ref={picture} className={styles.picture}>
        {hasPicture && (
          // biome-ignore lint/a11y/useMediaCaption: somebody's own file; what it shows is told beside it
          <video
            ref={props.onElement}
            className={styles.video}
            src={video.url}
            aria-label={video.name}
            preload="auto"
            playsInline
            onClick={actions.toggle}
            onError={props.onUnplayable}
            onLoadedMetadata={({ currentTarget }) => currentTarget.videoWidth === 0 && props.onUnplayable()}
          />
        )}
        {size && !boxesHidden && (
          <LiveBoxes
            frames={frames}
            gapMs={gapMs}
            player={player}
            size={size}
            unseen={!hasPicture}
            pointed={pointed}
          />
        )}
        <ScreenMessage job={job} video={video} inputId={inputId} />
      </div>
      {unplayable && (
        <p className={styles.note}>
          This browser cannot play the file{video.media && ` (${video.media.codec})`}. Here are its analysed
          frames.
        </p>
      )}
      <Controls
        video={video}
        element={hasPicture ? element : null}
        player={player}
        frames={frames}
        gapMs={gapMs}
        actions={actions}
        boxesHidden={boxesHidden}
      />
    </div>
  );
}

interface ActionsOptions extends Pick<Props, 'video' | 'player' | 'element'> {
  readonly whole: RefObject<HTMLDivElement | null>;
  readonly setBoxesHidden: React.Dispatch<React.SetStateAction<boolean>>;
}

function useActions({ video, player, element, whole, setBoxesHidden }: ActionsOptions): PlayerActions {
  const all = video.frames;
  return useMemo(() => {
    const nowMs = () => player.clock.getTimeMs();
    return {
      toggle: () => player.toggle(),
      skip: (seconds) => player.seek(nowMs() + seconds * 1_000),
      step(by) {
        element?.pause();
        player.seek(nowMs() + by * (frameDurationMs(all) || 40));
      },
      stepAnalysed(by) {
        element?.pause();
        const index = lastIndexUntil(all, nowMs() + 2);
        const isAt = Math.abs((all[index]?.timeMs ?? Number.NaN) - nowMs()) <= 2;
        const next = all[by > 0 ? index + 1 : isAt ? index - 1 : index];
        if (next) player.seek(next.timeMs);
      },
      toggleBoxes: () => setBoxesHidden((hidden) => !hidden),
      toggleMuted() {
        if (element) element.muted = !element.muted;
      },
      toggleFullScreen() {
        if (document.fullscreenElement) void document.exitFullscreen();
        else whole.current?.requestFullscreen().catch(() => {});
      },
    };
  }, [all, player, element, whole, setBoxesHidden]);
}

interface LiveBoxesProps extends Pick<Props, 'frames' | 'gapMs' | 'player' | 'pointed'> {
  /** Of the place where the video is shown, in CSS pixels. */
  readonly size: Size;
  readonly unseen: boolean;
}

/** The boxes of the picture on the screen. Those of an earlier picture, where this one was not analysed, are paler. */
function LiveBoxes({ frames, gapMs, player, size, unseen, pointed }: LiveBoxesProps) {
  const known = useKnownFrame(player.clock, frames, gapMs);
  const thumbnail = useObjectUrl(unseen ? known?.frame.thumbnail : undefined);
  if (!known) return null;
  const { frame, exact } = known;
  return (
    <div
      className={styles.boxes}
      data-testid="live-boxes"
      data-frame={frame.frame}
      data-held={(!exact && !thumbnail) || undefined}
    >
      {thumbnail && <img className={styles.video} src={thumbnail} alt={`Frame ${frame.frame}`} />}
      <BoxOverlay
        detections={frame.detections}
        picture={frame}
        frame={size}
        unseen={unseen && !thumbnail}
        highlightedId={pointed.highlightedId}
        onHover={pointed.hover}
        onSelect={pointed.toggle}
      />
    </div>
  );
}
