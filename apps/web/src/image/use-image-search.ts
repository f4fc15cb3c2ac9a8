import type { Transport } from '@connectrpc/connect';
import { useMemo, useSyncExternalStore } from 'react';
import { createImageSearch, type ImageSearch, NO_PICTURE, type SearchState } from './image-search.ts';

/** The page's image search and where it stands. */
export function useImageSearch(
  transport: Transport,
  serverUrl: string,
  onNoAnswer: () => void,
): { search: ImageSearch; state: SearchState } {
  const search = useMemo(() => {
    // What makes calls is fetched with the first picture: see late-transport.ts.
    return createImageSearch({
      async predict(file, signal) {
        const { predictImage } = await import('./predict-image.ts');
        return predictImage(transport, file, signal);
      },
      async explain(error) {
        const { problemFromError } = await import('../problems/problem-from-error.ts');
        const problem = problemFromError(error, serverUrl);
        if (problem.noAnswer) onNoAnswer();
        return problem;
      },
    });
  }, [transport, serverUrl, onNoAnswer]);
  const state = useSyncExternalStore(search.subscribe, search.getState, () => NO_PICTURE);
  return { search, state };
}
