import type { UniversalHandlerOptions, UniversalServerResponse } from '@connectrpc/connect/protocol';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import { createReadCollector } from '../collector.ts';
import { createSharedBlocks, type SharedBlocks } from '../detector/shared-blocks.ts';
import { createBodySplitter } from './body-splitter.ts';
import { type Call, callValues, currentCall } from './call.ts';
import { cutJson, JSON_TYPE } from './cut-json.ts';
import { readable } from './grpc-message.ts';
import { endWith, type HttpRequest, type HttpResponse, isHttp2 } from './http.ts';
import { createMessageSplitter, type MessageSplitter } from './message-splitter.ts';
import { readBody } from './read-body.ts';
import { explained, unknownMethod } from './refusals.ts';
import { createRouter, LARGE_FIELDS, type Route, type Router } from './router.ts';
import { sendTrailersOnly } from './trailers-only.ts';

/** Of streams, and of all that gRPC has; messages that are compressed say so in their flags. */
const FRAMED_TYPE = /^application\/(grpc|connect)/i;

/**
 * Connects routes to Node's HTTP. Like `connectNodeAdapter`, except that a call whose client is gone is no error:
 * that one writes a stack to the console for each. And a request that Connect cannot take is answered, where that
 * one throws and so ends the process.
 */
export function createNodeAdapter(
  options: Partial<UniversalHandlerOptions>,
  addRoutes: (router: Router) => void,
) {
  const blocks = createSharedBlocks();
  const collectReads = createReadCollector();
  const router = createRouter(options);
  addRoutes(router);

  async function serve(request: HttpRequest, response: HttpResponse, call: Call): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const route = router.routeOf(path);
    if (!route) return send(unknownMethod(request), response, call);
    let universal: ReturnType<typeof universalRequestFromNodeRequest>;
    try {
      // No body of its making: what it would make for each call could see the request, see `grpc-unary.ts`.
      universal = universalRequestFromNodeRequest(request, response, null, callValues(call));
    } catch {
      // The host name makes no address.
      return endWith(response, 400);
    }
    const splitter = createSplitter(route, call, blocks);
    call.splitter = splitter;
    // Fewer bytes may be passed on.
    universal.header.delete('content-length');
    response.once('close', splitter.close);
    const body = readBody(request, {
      arrived({ byteLength }) {
        collectReads(byteLength);
        return call.arrived(byteLength);
      },
      toPieces: splitter.toPieces,
      atEnd: splitter.atEnd,
      signal: () => call.context?.signal,
    });
    const { handler } = route;
    await send(handler({ ...universal, body }), response, call, handler.allowedMethods);
  }

  // The body is read while the answer is written, too.
  return (request: HttpRequest, response: HttpResponse, call: Call): Promise<void> =>
    currentCall.run(call, serve, request, response, call);
}

/** For the body of one call: which of its messages are large, and how they come. */
function createSplitter(
  { handler, maxMessageBytes }: Route,
  { request: { headers }, meter }: Call,
  blocks: SharedBlocks,
): MessageSplitter {
  const type = headers['content-type'] ?? '';
  const isCompressed = !['identity', undefined].includes(headers['content-encoding']);
  const isJson = JSON_TYPE.test(type);
  const field = isJson ? undefined : LARGE_FIELDS.get(handler.method.input.typeName);
  const cutWhole = isJson && !isCompressed ? cutJson : undefined;
  const reserve = (bytes: number) => meter.reserve(bytes);
  const options = { field, maxMessageBytes, blocks, reserve, cutWhole };
  if (FRAMED_TYPE.test(type)) return createMessageSplitter(options);
  const sizeBytes = Number(headers['content-length']);
  const isPlain = field !== undefined && !isCompressed;
  return createBodySplitter(options, isPlain && sizeBytes <= maxMessageBytes ? sizeBytes : undefined);
}

async function send(
  answering: UniversalServerResponse | Promise<UniversalServerResponse>,
  response: HttpResponse,
  call: Call,
  allowedMethods: readonly string[] = [],
): Promise<void> {
  try {
    const answer = explained(await answering, allowedMethods);
    const rest = isHttp2(call.request) ? await sendTrailersOnly(answer, response) : answer;
    if (rest) await universalResponseToNodeResponse(readable(rest), response);
  } catch (err) {
    // Errors of handlers are answers. This one came while writing the answer.
    call.log.debug({ err }, 'the answer could not be delivered');
    call.reset();
  }
}
