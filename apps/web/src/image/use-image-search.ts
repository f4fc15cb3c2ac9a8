import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { createClient, type Transport } from '@connectrpc/connect';
import { useMemo, useSyncExternalStore } from 'react';
import { isNoAnswer } from '../server/transport.ts';
import { createImageSearch, type ImageSearch, NO_PICTURE, type SearchState } from './image-search.ts';
import { predictImage } from './predict-image.ts';
import { problemFromError } from './problem.ts';

/** The page's image search and where it stands. */
export function useImageSearch(
  transport: Transport,
  serverUrl: string,
  onNoAnswer: () => void,
): { search: ImageSearch; state: SearchState } {
  const search = useMemo(() => {
    const client = createClient(MlPredictions, transport);
    return createImageSearch({
      predict: (file, signal) => predictImage(client, file, signal),
      explain(error) {
        if (isNoAnswer(error)) onNoAnswer();
        return problemFromError(error, serverUrl);
      },
    });
  }, [transport, serverUrl, onNoAnswer]);
  const state = useSyncExternalStore(search.subscribe, search.getState, () => NO_PICTURE);
  return { search, state };
}
