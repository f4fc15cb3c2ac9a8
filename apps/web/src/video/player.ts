import { createListeners } from '../shell/listeners.ts';
import { createVideoClock, type VideoClock } from './video-clock.ts';

/** What moves through a video. */
export interface Player {
  readonly clock: VideoClock;
  /** The time of the picture that is shown or, while another one is sought, of that one, in milliseconds. */
  getTargetMs(): number;
  /** Shows the picture of a time, in milliseconds. */
  seek(timeMs: number): void;
  /**
   * Stops, and shows the next (1) or last (-1) picture of the file. Steps that come quickly are all taken.
   *
   * @param usualMs how long a picture lasts on average, for a file that does not tell
   */
  step(by: 1 | -1, usualMs: number): void;
  /** Plays, or stops where it is. */
  toggle(): void;
}

/** Times of pictures are rounded on their way: exactly at its start the picture before it might be shown. */
export const INSIDE_MS = 1;

/**
 * Moves through a video that the browser plays.
 *
 * @param neighbourMs when the picture after (1) or before (-1) that of a time begins; undefined where there is none
 */
export function createPlayer(
  video: HTMLVideoElement,
  neighbourMs: (timeMs: number, by: 1 | -1) => Promise<number | undefined>,
): Player {
  const clock = createVideoClock(video);
  /** Stops waiting for the picture that is sought: it is on the screen only a moment after the browser has found it. */
  let shown: (() => void) | undefined;
  let steps: Promise<void> = Promise.resolve();

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

  const getTargetMs = () => (shown ? video.currentTime * 1_000 - INSIDE_MS : clock.getTimeMs());

  function seek(timeMs: number) {
    const before = video.currentTime;
    video.currentTime = (Math.max(0, timeMs) + INSIDE_MS) / 1_000;
    // Where it is already, as at the end, browsers show no picture that could be waited for.
    if (video.currentTime !== before) showSoon();
  }

  return {
    clock,
    getTargetMs,
    seek,
    step(by, usualMs) {
      video.pause();
      steps = steps.then(async () => {
        const nowMs = getTargetMs();
        const nextMs = await neighbourMs(nowMs, by).catch(() => nowMs + by * usualMs);
        if (nextMs !== undefined) seek(nextMs);
      });
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

  function seek(next: number) {
    timeMs = Math.max(0, next);
    listeners.tell();
  }

  return {
    clock: {
      subscribe: listeners.subscribe,
      getTimeMs: () => timeMs,
    },
    getTargetMs: () => timeMs,
    seek,
    step: (by, usualMs) => seek(timeMs + by * usualMs),
    toggle() {},
  };
}
