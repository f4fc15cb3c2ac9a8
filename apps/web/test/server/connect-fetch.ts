import { type ConnectRouter, createConnectRouter } from '@connectrpc/connect';
import { createFetchHandler } from '@connectrpc/connect/protocol';

/** A `fetch` that is answered by Connect handlers instead of a network. */
export function connectFetch(routes: (router: ConnectRouter) => void): typeof globalThis.fetch {
  const router = createConnectRouter();
  routes(router);
  return async (input, init) => {
    const request = new Request(input, init);
    const handler = router.handlers.find(({ requestPath }) => requestPath === new URL(request.url).pathname);
    return handler ? createFetchHandler(handler)(request) : new Response(null, { status: 404 });
  };
}
