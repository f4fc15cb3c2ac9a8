import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { frameAtTime, type KnownFrame } from './frame-at-time.ts';
import type { VideoClock } from './video-clock.ts';

/** What is known of the picture on the screen; changes with it, and only then. */
export function useKnownFrame(
  clock: VideoClock,
  frames: readonly AnalysedFrame[],
  gapMs: number,
): KnownFrame | undefined {
  const last = useRef<KnownFrame>(undefined);
  const read = useCallback(() => {
    const next = frameAtTime(frames, clock.getTimeMs(), gapMs);
    const isSame = next?.frame === last.current?.frame && next?.exact === last.current?.exact;
    if (!isSame) last.current = next;
    return last.current;
  }, [clock, frames, gapMs]);
  return useSyncExternalStore(clock.subscribe, read, () => undefined);
}
