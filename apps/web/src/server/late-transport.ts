import type { Transport } from '@connectrpc/connect';

/**
 * A transport that is fetched when it is first used: what it is made of is half of the page's script, and a page that
 * only stands there needs none of it. A fetch that failed is tried again with the next call.
 */
export function createLateTransport(load: () => Promise<Transport>): Transport {
  let loading: Promise<Transport> | undefined;
  const loaded = () => {
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    unary: async (...call) => (await loaded()).unary(...call),
    stream: async (...call) => (await loaded()).stream(...call),
  };
}
