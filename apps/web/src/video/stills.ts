import { INSIDE_MS } from './player.ts';

/** Small pictures of moments of a video. */
export interface Stills {
  /**
   * Draws the picture of a time into a canvas, over all of it, when its turn comes.
   *
   * @returns whether it was drawn; not when it was aborted before
   */
  draw(canvas: HTMLCanvasElement, timeMs: number, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

/** Takes them from a second, hidden player, so that the first is left in peace; one after the other. */
export function createStills(url: string): Stills {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  video.src = url;
  const closed = new AbortController();
  let last: Promise<unknown> = nextEvent('loadeddata').catch(() => {});

  function nextEvent(name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const over = new AbortController();
      const end = (settle: () => void) => {
        over.abort();
        settle();
      };
      const { signal } = over;
      video.addEventListener(name, () => end(resolve), { signal });
      video.addEventListener('error', () => end(() => reject(video.error)), { signal });
      closed.signal.addEventListener('abort', () => end(() => reject(closed.signal.reason)), { signal });
    });
  }

  async function drawNow(canvas: HTMLCanvasElement, timeMs: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || closed.signal.aborted) return false;
    const shown = nextEvent('seeked');
    video.currentTime = (timeMs + INSIDE_MS) / 1_000;
    await shown;
    canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
    return true;
  }

  return {
    draw(canvas, timeMs, signal) {
      const drawn = last.then(() => drawNow(canvas, timeMs, signal));
      last = drawn.catch(() => {});
      return drawn;
    },
    close() {
      closed.abort();
      video.removeAttribute('src');
      video.load();
    },
  };
}
