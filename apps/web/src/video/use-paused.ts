import { useSyncExternalStore } from 'react';
import { useElementEvents } from './use-element-events.ts';

const EVENTS = ['play', 'pause', 'ended'];

/** @param element null for a video that cannot be played */
export function usePaused(element: HTMLVideoElement | null): boolean {
  return useSyncExternalStore(
    useElementEvents(element, EVENTS),
    () => element?.paused ?? true,
    () => true,
  );
}
