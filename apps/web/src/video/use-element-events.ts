import { useCallback } from 'react';

/**
 * For `useSyncExternalStore`: listens to some of a video's events.
 * @param events must stay the same between renders
 */
export function useElementEvents(
  element: HTMLVideoElement | null,
  events: readonly string[],
): (listener: () => void) => () => void {
  return useCallback(
    (listener) => {
      for (const event of events) element?.addEventListener(event, listener);
      return () => {
        for (const event of events) element?.removeEventListener(event, listener);
      };
    },
    [element, events],
  );
}
