import { type RefObject, useMemo } from 'react';
import { frameDurationMs, neighbourOf } from './frame-at-time.ts';
import type { Player } from './player.ts';
import type { PlayerActions } from './player-keys.ts';
import type { VideoState } from './video-state.ts';

interface Options {
  readonly video: VideoState;
  readonly player: Player;
  readonly element: HTMLVideoElement | null;
  /** What goes full screen. */
  readonly stage: RefObject<HTMLElement | null>;
  /** Must stay the same between renders, like the next. */
  readonly onToggleBoxes: () => void;
  readonly setHelpOpen: (open: boolean) => void;
}

/** What the keys and buttons of the player do. */
export function usePlayerActions(options: Options): PlayerActions {
  const { video, player, element, stage, onToggleBoxes, setHelpOpen } = options;
  const all = video.frames;
  return useMemo(() => {
    const nowMs = player.getTargetMs;
    return {
      toggle: () => player.toggle(),
      skip: (seconds) => player.seek(nowMs() + seconds * 1_000),
      step: (by) => player.step(by, frameDurationMs(all) || 40),
      stepAnalysed(by) {
        element?.pause();
        const next = neighbourOf(all, nowMs(), by);
        if (next) player.seek(next.timeMs);
      },
      toggleBoxes: onToggleBoxes,
      toggleMuted() {
        if (element) element.muted = !element.muted;
      },
      toggleFullScreen() {
        if (document.fullscreenElement) void document.exitFullscreen();
        else if (document.fullscreenEnabled) stage.current?.requestFullscreen().catch(() => {});
      },
      help: () => setHelpOpen(true),
    };
  }, [all, player, element, stage, onToggleBoxes, setHelpOpen]);
}
