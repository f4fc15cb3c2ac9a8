import { useEffect, useMemo } from 'react';
import { createPlayer, createStillPlayer, type Player } from './player.ts';
import type { VideoJob } from './video-job.ts';

/** Where each video was left, in milliseconds. */
const leftAtMs = new WeakMap<VideoJob, number>();

/**
 * What moves through a video, from where it was left when another one came to the front.
 *
 * @param element that plays it; null for a video that is not played
 */
export function usePlayer(job: VideoJob, element: HTMLVideoElement | null, file: File | undefined): Player {
  const player = useMemo(() => {
    if (!element || !file) return createStillPlayer();
    // What reads files is large, and seldom wanted.
    return createPlayer(element, async (timeMs, by) =>
      (await import('./neighbour-ms.ts')).neighbourMs(file, timeMs, by),
    );
  }, [element, file]);
  useEffect(() => {
    const timeMs = leftAtMs.get(job) ?? 0;
    if (timeMs > 0) player.seek(timeMs);
    return () => void leftAtMs.set(job, player.getTargetMs());
  }, [job, player]);
  return player;
}
