import { useMemo, useSyncExternalStore } from 'react';
import { checkServer } from './check-server.ts';
import { getModel } from './get-model.ts';
import { pageAttention } from './page-attention.ts';
import { forgetSession } from './session.ts';
import { createServerWatch, FIRST_VIEW, type ServerView } from './watch-server.ts';

/** The server's status, kept current while the component is on the page. */
export function useServer(serverUrl: string): ServerView & { checkNow: () => void } {
  const watch = useMemo(() => {
    const ask = (signal: AbortSignal) => getModel(serverUrl, signal);
    return createServerWatch(async (previous) => {
      const status = await checkServer(ask, previous, () => navigator.onLine);
      if (status.phase === 'signed-out') forgetSession();
      return status;
    }, pageAttention);
  }, [serverUrl]);
  const view = useSyncExternalStore(watch.subscribe, watch.getView, () => FIRST_VIEW);
  return { ...view, checkNow: watch.checkNow };
}
