import { type ConnectRouterOptions, createConnectRouter } from '@connectrpc/connect';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import { type Call, callValues } from './call.ts';
import { unescapeGrpcMessage } from './grpc-message.ts';
import { type HttpRequest, type HttpResponse, isHttp2 } from './http.ts';
import { sendTrailersOnly } from './trailers-only.ts';

type Router = ReturnType<typeof createConnectRouter>;

/**
 * Connects routes to Node's HTTP. Like `connectNodeAdapter`, except that a call whose client is gone is no error:
 * that one writes a stack to the console for each. And a request that Connect cannot take is answered, where that
 * one throws and so ends the process.
 */
export function createNodeAdapter(options: ConnectRouterOptions, addRoutes: (router: Router) => void) {
  const router = createConnectRouter(options);
  addRoutes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

  return async (request: HttpRequest, response: HttpResponse, call: Call): Promise<void> => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const handler = handlers.get(path);
    if (!handler) return endWith(response, 404);
    let universal: ReturnType<typeof universalRequestFromNodeRequest>;
    try {
      universal = universalRequestFromNodeRequest(request, response, undefined, callValues(call));
    } catch {
      // The host name makes no address.
      return endWith(response, 400);
    }
    // Reading that ends early must not destroy the request: `closeUnreadBody` sees to its rest.
    const body = call.meter.body(request.iterator({ destroyOnReturn: false }));
    try {
      const { trailer, ...answer } = await handler({ ...universal, body });
      const readable = {
        ...answer,
        // It is complete only when the body is sent.
        get trailer() {
          return unescapeGrpcMessage(trailer);
        },
      };
      const rest = isHttp2(request) ? await sendTrailersOnly(readable, response) : readable;
      if (rest) await universalResponseToNodeResponse(rest, response);
    } catch (err) {
      // Errors of handlers are answers. This one came while writing the answer.
      call.log.debug({ err }, 'the answer could not be delivered');
      call.reset();
    }
  };
}

function endWith(response: HttpResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
