import { useCallback, useSyncExternalStore } from 'react';
import { useElementEvents } from './use-element-events.ts';

const EVENTS = ['durationchange', 'loadedmetadata'];

/** How long a video is that the browser plays, in milliseconds; 0 while it does not know. */
export function useDurationMs(element: HTMLVideoElement | null): number {
  const subscribe = useElementEvents(element, EVENTS);
  const read = useCallback(() => {
    const seconds = element?.duration ?? 0;
    return Number.isFinite(seconds) ? seconds * 1_000 : 0;
  }, [element]);
  return useSyncExternalStore(subscribe, read, () => 0);
}
