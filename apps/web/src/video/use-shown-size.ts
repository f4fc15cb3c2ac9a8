import { useMemo, useSyncExternalStore } from 'react';
import type { Size } from '../detections/detection.ts';
import { useElementEvents } from './use-element-events.ts';

const EVENTS = ['loadedmetadata', 'resize'];

/** The size of a video's picture as it is shown, whatever its frames have; undefined until that is known. */
export function useShownSize(element: HTMLVideoElement | null): Size | undefined {
  const subscribe = useElementEvents(element, EVENTS);
  const width = useSyncExternalStore(
    subscribe,
    () => element?.videoWidth ?? 0,
    () => 0,
  );
  const height = useSyncExternalStore(
    subscribe,
    () => element?.videoHeight ?? 0,
    () => 0,
  );
  return useMemo(() => (width && height ? { width, height } : undefined), [width, height]);
}
