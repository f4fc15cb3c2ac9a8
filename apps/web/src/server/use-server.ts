import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { createClient, type Transport } from '@connectrpc/connect';
import { useMemo, useSyncExternalStore } from 'react';
import { checkServer } from './check-server.ts';
import { pageAttention } from './page-attention.ts';
import { createServerWatch, FIRST_VIEW, type ServerView } from './watch-server.ts';

/** The server's status, kept current while the component is on the page. */
export function useServer(transport: Transport): ServerView & { checkNow: () => void } {
  const watch = useMemo(() => {
    const client = createClient(ModelService, transport);
    return createServerWatch((previous) => checkServer(client, previous), pageAttention);
  }, [transport]);
  const view = useSyncExternalStore(watch.subscribe, watch.getView, () => FIRST_VIEW);
  return { ...view, checkNow: watch.checkNow };
}
