import { type CSSProperties, type RefObject, useEffect, useRef, useState } from 'react';
import { useFrameSize } from '../detections/use-frame-size.ts';
import { KeysDialog } from '../keys/keys-dialog.tsx';
import { useKeyActions } from '../keys/use-key-actions.ts';
import type { Tab } from '../shell/tab.ts';
import { PREFERRED } from '../shell/use-kept-focus.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { ChooseFile } from './choose-file.tsx';
import { Controls } from './controls.tsx';
import { LiveBoxes } from './live-boxes.tsx';
import type { Player } from './player.ts';
import { PLAYER_KEY_HELP, PLAYER_KEYS } from './player-keys.ts';
import styles from './screen.module.css';
import { ScreenMessage } from './screen-message.tsx';
import { useKnownFrame } from './use-known-frame.ts';
import { useObjectUrl } from './use-object-url.ts';
import { usePlayerActions } from './use-player-actions.ts';
import type { Pointing } from './use-pointed.ts';
import { useShownSize } from './use-shown-size.ts';
import type { VideoJob } from './video-job.ts';
import type { VideoState } from './video-state.ts';
import { isRefused } from './video-status.ts';

interface Props {
  readonly job: VideoJob;
  readonly video: VideoState;
  /** As they are filtered. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  readonly durationMs: number;
  readonly player: Player;
  readonly element: HTMLVideoElement | null;
  /** Whether the video itself is shown: its file is here, and it plays. */
  readonly pictured: boolean;
  readonly active: boolean;
  /** Filled with the whole of it. */
  readonly stage: RefObject<HTMLDivElement | null>;
  readonly pointing: Pointing;
  readonly boxesHidden: boolean;
  /** Must stay the same between renders. */
  readonly onToggleBoxes: () => void;
  readonly onElement: (element: HTMLVideoElement | null) => void;
  /** Hands what belongs in another tab over to it. */
  readonly onHandOver: (tab: Tab) => void;
}

/** The playing video under its boxes, with its controls; goes full screen as a whole, so that the boxes come along. */
export function Screen(props: Props) {
  const { job, video, frames, gapMs, player, element, pictured, active, stage, pointing, boxesHidden } =
    props;
  const [helpOpen, setHelpOpen] = useState(false);
  const picture = useRef<HTMLDivElement>(null);
  const size = useFrameSize(picture);
  const shown = useShownSize(element) ?? video.media;
  const refused = isRefused(video);
  const actions = usePlayerActions({ ...props, setHelpOpen });
  useKeyActions(PLAYER_KEYS, actions, active && !helpOpen);
  useEffect(() => {
    // Behind another tab, nothing could stop it.
    if (!active) element?.pause();
  }, [active, element]);
  return (
    <div
      ref={stage}
      className={styles.screen}
      tabIndex={-1}
      {...PREFERRED}
      data-testid="video-stage"
      data-phase={video.phase}
      data-refused={refused || undefined}
      style={{ '--ratio': shown && shown.width / shown.height } as CSSProperties}
    >
      <div ref={picture} className={styles.picture}>
        {pictured && (
          // biome-ignore lint/a11y/useMediaCaption: somebody's own file; what it shows is told beside it
          <video
            ref={props.onElement}
            className={styles.video}
            src={video.url}
            aria-label={video.name}
            preload="auto"
            playsInline
            onClick={actions.toggle}
            onError={job.cannotPlay}
            onLoadedMetadata={({ currentTarget }) => currentTarget.videoWidth === 0 && job.cannotPlay()}
          />
        )}
        {!pictured && <SmallPicture frames={frames} gapMs={gapMs} player={player} />}
        {size && !boxesHidden && (
          <LiveBoxes
            frames={frames}
            gapMs={gapMs}
            player={player}
            size={size}
            element={pictured ? element : null}
            pictured={pictured}
            pointing={pointing}
          />
        )}
        <ScreenMessage job={job} video={video} onHandOver={props.onHandOver} />
      </div>
      {!refused && (
        <>
          <Unseen job={job} video={video} />
          <Controls
            element={pictured ? element : null}
            player={player}
            durationMs={props.durationMs}
            frames={frames}
            gapMs={gapMs}
            actions={actions}
            boxesHidden={boxesHidden}
          />
        </>
      )}
      {helpOpen && <KeysDialog keys={PLAYER_KEY_HELP} onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

/** Why there are boxes without the video, and what helps. */
function Unseen({ job, video }: Pick<Props, 'job' | 'video'>) {
  if (!video.playable) {
    return (
      <p className={styles.note}>
        This browser cannot play the file{video.media && ` (${video.media.codec})`}. Here are its analysed
        frames.
      </p>
    );
  }
  // The message over the stage asks for the file already.
  if (video.file || ['opening', 'needs-file'].includes(video.phase)) return null;
  return (
    <div className={styles.note}>
      This browser did not keep the file. <ChooseFile job={job} video={video} />
    </div>
  );
}

/** Of a video that is not shown itself: the small picture that the server made of the frame. */
function SmallPicture({ frames, gapMs, player }: Pick<Props, 'frames' | 'gapMs' | 'player'>) {
  const frame = useKnownFrame(player.clock, frames, gapMs)?.frame;
  const url = useObjectUrl(frame?.thumbnail);
  return url && <img className={styles.video} src={url} alt={`Frame ${frame?.frame}`} />;
}
