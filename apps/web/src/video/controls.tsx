import { type ReactNode, useCallback, useSyncExternalStore } from 'react';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import styles from './controls.module.css';
import type { Player } from './player.ts';
import type { PlayerActions } from './player-keys.ts';
import { useElementEvents } from './use-element-events.ts';
import { useKnownFrame } from './use-known-frame.ts';
import { usePaused } from './use-paused.ts';
import { formatClock } from './words.ts';

interface Props {
  /** Null for a video that cannot be played. */
  readonly element: HTMLVideoElement | null;
  readonly player: Player;
  readonly durationMs: number;
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  readonly actions: PlayerActions;
  readonly boxesHidden: boolean;
}

/** Under the picture: play, step, where it is, what the boxes belong to. */
export function Controls({ element, player, durationMs, frames, gapMs, actions, boxesHidden }: Props) {
  const paused = usePaused(element);
  const muted = useMuted(element);
  return (
    <section className={styles.controls} aria-label="Player">
      {element && (
        <Control name={paused ? 'Play' : 'Pause'} keys="Space" onClick={actions.toggle}>
          {paused ? <path d="M7 4.5v15l12-7.5z" /> : <path d="M6 4.5h4v15H6zM14 4.5h4v15h-4z" />}
        </Control>
      )}
      <Control name="Previous analysed frame" keys="[" onClick={() => actions.stepAnalysed(-1)}>
        <path d="M6 5h2.5v14H6zM19 5v14l-9.5-7z" />
      </Control>
      <Control name="Next analysed frame" keys="]" onClick={() => actions.stepAnalysed(1)}>
        <path d="M15.500 5H18v14h-2.500zM5 5v14l9.500-7z" />
      </Control>
      <Clock player={player} durationMs={durationMs} />
      <Belonging player={player} frames={frames} gapMs={gapMs} />
      <Control name="Boxes" keys="B" pressed={!boxesHidden} onClick={actions.toggleBoxes}>
        <path d="M4 9V6a2 2 0 0 1 2-2h3v2H6v3zM15 4h3a2 2 0 0 1 2 2v3h-2V6h-3zM20 15v3a2 2 0 0 1-2 2h-3v-2h3v-3zM9 20H6a2 2 0 0 1-2-2v-3h2v3h3zM9 9h6v6H9z" />
      </Control>
      {element && (
        <Control name="Sound" keys="M" pressed={!muted} onClick={actions.toggleMuted}>
          {muted ? (
            <path d="M4 9v6h3.500l5 4V5l-5 4zM15 9.400l1.400-1.400 2.100 2.100 2.100-2.100L22 9.400 19.900 11.500 22 13.600 20.600 15l-2.100-2.100-2.100 2.100L15 13.600l2.100-2.100z" />
          ) : (
            <path d="M4 9v6h3.500l5 4V5l-5 4zM15 8.500v7a4 4 0 0 0 0-7zM15 4.500v2a6 6 0 0 1 0 11v2a8 8 0 0 0 0-15z" />
          )}
        </Control>
      )}
      {document.fullscreenEnabled && (
        <Control name="Full screen" keys="F" onClick={actions.toggleFullScreen}>
          <path d="M4 10V4h6v2H6v4zM14 4h6v6h-2V6h-4zM20 14v6h-6v-2h4v-4zM10 20H4v-6h2v4h4z" />
        </Control>
      )}
      <Control name="Keyboard help" keys="?" onClick={actions.help}>
        <path
          d="M3 6h18v12H3zm2 2v8h14V8zM6.5 9.500h2v2h-2zM11 9.500h2v2h-2zM15.500 9.500h2v2h-2zM8 13h8v1.800H8z"
          fillRule="evenodd"
        />
      </Control>
    </section>
  );
}

interface ControlProps {
  readonly name: string;
  readonly keys: string;
  /** For a switch: whether it is on. */
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Control({ name, keys, pressed, onClick, children }: ControlProps) {
  return (
    <button
      type="button"
      className={styles.control}
      aria-label={name}
      aria-pressed={pressed}
      aria-keyshortcuts={keys}
      title={`${name} (${keys})`}
      onClick={onClick}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {children}
      </svg>
    </button>
  );
}

/** Where the picture on the screen is in the video. */
function Clock({ player: { clock }, durationMs }: Pick<Props, 'player' | 'durationMs'>) {
  const read = useCallback(() => formatClock(clock.getTimeMs(), true), [clock]);
  const now = useSyncExternalStore(clock.subscribe, read, read);
  return (
    <span className={styles.clock} data-testid="clock">
      {now}
      <span> / {formatClock(durationMs, true)}</span>
    </span>
  );
}

/** Which picture the boxes belong to: this one, or one a little earlier. */
function Belonging({ player, frames, gapMs }: Pick<Props, 'player' | 'frames' | 'gapMs'>) {
  const known = useKnownFrame(player.clock, frames, gapMs);
  if (frames.length === 0) return <span className={styles.belonging} />;
  if (!known) return <span className={styles.belonging}>No analysed frame here</span>;
  const { frame, exact } = known;
  return (
    <span className={styles.belonging} data-held={!exact || undefined}>
      {exact ? `Frame ${frame.frame}` : `Boxes of frame ${frame.frame}`}
    </span>
  );
}

const VOLUME_EVENTS = ['volumechange'];

function useMuted(element: HTMLVideoElement | null): boolean {
  return useSyncExternalStore(
    useElementEvents(element, VOLUME_EVENTS),
    () => element?.muted ?? false,
    () => false,
  );
}
