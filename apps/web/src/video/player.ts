import { createListeners } from '../shell/listeners.ts';
import { createVideoClock, type VideoClock } from './video-clock.ts';

/** What moves through a video. */
export interface Player {
  readonly clock: VideoClock;
  /** The time of the picture that is shown or, while another one is sought, of that one, in milliseconds. */
  getTargetMs(): number;
  /** Shows the picture of a time, in milliseconds. */
  seek(timeMs: number): void;
  /** Plays, or stops where it is. */
  toggle(): void;
}

/** Times of pictures are rounded on their way: exactly at its start the picture before it might be shown. */
export const INSIDE_MS = 1;

/** Moves through a video that the browser plays. */
export function createPlayer(video: HTMLVideoElement): Player {
  const clock = createVideoClock(video);
  /** Stops waiting for the picture that is sought: it is on the screen only a moment after the browser has found it. */
  let shown: (() => void) | undefined;

  function showSoon() {
    shown?.();
    const unsubscribe = clock.subscribe(() => {
      if (!video.seeking) shown?.();
    });
    shown = () => {
      shown = undefined;
      unsubscribe();
    };
  }

  return {
    clock,
    getTargetMs: () => (shown ? video.currentTime * 1_000 - INSIDE_MS : clock.getTimeMs()),
    seek(timeMs) {
      const before = video.currentTime;
      video.currentTime = (Math.max(0, timeMs) + INSIDE_MS) / 1_000;
      // Where it is already, as at the end, browsers show no picture that could be waited for.
      if (video.currentTime !== before) showSoon();
    },
    toggle() {
      // Refused when another source or a pause comes in between, which is no fault.
      if (video.paused) video.play().catch(() => {});
      else video.pause();
    },
  };
}

/** Goes from still to still of a video that the browser cannot play. */
export function createStillPlayer(): Player {
  const listeners = createListeners();
  let timeMs = 0;
  return {
    clock: {
      subscribe: listeners.subscribe,
      getTimeMs: () => timeMs,
    },
    getTargetMs: () => timeMs,
    seek(next) {
      timeMs = Math.max(0, next);
      listeners.tell();
    },
    toggle() {},
  };
}
