import { createListeners } from '../shell/listeners.ts';
/** Which picture of a video is on the screen, by the file's own clock. */
export interface VideoClock {
  subscribe(listener: () => void): () => void;
  /** Presentation time of the picture that is shown, in milliseconds. */
  getTimeMs(): number;
}

/**
 * Follows a video element picture by picture. What is drawn over the picture has to use this clock: `currentTime` runs
 * on between pictures and is ahead of them while seeking.
 */
export function createVideoClock(video: HTMLVideoElement): VideoClock {
  const listeners = createListeners(() => follow(video, show));
  let timeMs = video.currentTime * 1_000;

  function show(next: number) {
    timeMs = next;
    listeners.tell();
  }

  return {
    subscribe: listeners.subscribe,
    getTimeMs: () => timeMs,
  };
}

/** @returns how to stop it */
function follow(video: HTMLVideoElement, show: (timeMs: number) => void): () => void {
  if (!('requestVideoFrameCallback' in video)) return followByEvents(video, show);
  let handle = 0;
  const next: VideoFrameRequestCallback = (_, { mediaTime }) => {
    handle = video.requestVideoFrameCallback(next);
    show(mediaTime * 1_000);
  };
  handle = video.requestVideoFrameCallback(next);
  return () => video.cancelVideoFrameCallback(handle);
}

/** For browsers that do not say which picture is shown: its time as near as can be had. */
function followByEvents(video: HTMLVideoElement, show: (timeMs: number) => void): () => void {
  const over = new AbortController();
  const note = () => show(video.currentTime * 1_000);
  for (const event of ['timeupdate', 'seeked', 'loadeddata', 'pause']) {
    video.addEventListener(event, note, { signal: over.signal });
  }
  return () => over.abort();
}
