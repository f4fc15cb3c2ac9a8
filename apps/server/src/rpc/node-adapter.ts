import { PutPieceRequestSchema } from '@boxwire/proto/boxwire/v1/upload_service';
import { ImageSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import type { UniversalHandler, UniversalHandlerOptions } from '@connectrpc/connect/protocol';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import { createSharedBlocks } from '../detector/shared-blocks.ts';
import { createReadCollector } from '../flow/collector.ts';
import { type Call, callValues } from './call.ts';
import { readable } from './grpc-message.ts';
import { type HttpRequest, type HttpResponse, isHttp2 } from './http.ts';
import { createMessageSplitter, LARGE_BYTES } from './message-splitter.ts';
import { readBody } from './read-body.ts';
import { createRouter, type Router } from './router.ts';
import { sendTrailersOnly } from './trailers-only.ts';

/**
 * Connects routes to Node's HTTP. Like `connectNodeAdapter`, except that a call whose client is gone is no error:
 * that one writes a stack to the console for each. And a request that Connect cannot take is answered, where that
 * one throws and so ends the process.
 */
export function createNodeAdapter(
  options: Partial<UniversalHandlerOptions>,
  addRoutes: (router: Router) => void,
) {
  const { readMaxBytes: maxMessageBytes = 0 } = options;
  const blocks = createSharedBlocks();
  const collectYoung = createReadCollector();
  const router = createRouter(options);
  addRoutes(router);

  /** For messages with a large field. */
  function createSplitter({ method }: UniversalHandler, { headers }: HttpRequest) {
    const field = LARGE_FIELDS.get(method.input.typeName);
    if (field === undefined) return undefined;
    const options = { field, maxMessageBytes, blocks };
    const type = headers['content-type'] ?? '';
    if (FRAMED.test(type)) return createMessageSplitter(options);
    const unframedBytes = Number(headers['content-length']);
    const isPlain = UNFRAMED.test(type) && headers['content-encoding'] === undefined;
    if (!isPlain || !(unframedBytes >= LARGE_BYTES && unframedBytes <= maxMessageBytes)) return undefined;
    return createMessageSplitter({ ...options, unframedBytes });
  }

  return async (request: HttpRequest, response: HttpResponse, call: Call): Promise<void> => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const handler = router.handlerOf(path);
    if (!handler) return endWith(response, 404);
    let universal: ReturnType<typeof universalRequestFromNodeRequest>;
    try {
      // No body of its making: what it would make for each call could see the request, see `grpc-unary.ts`.
      universal = universalRequestFromNodeRequest(request, response, null, callValues(call));
    } catch {
      // The host name makes no address.
      return endWith(response, 400);
    }
    const splitter = createSplitter(handler, request);
    if (splitter) {
      call.splitter = splitter;
      // Fewer bytes are passed on.
      universal.header.delete('content-length');
      response.once('close', splitter.close);
    }
    const body = readBody(request, {
      arrived({ byteLength }) {
        collectYoung(byteLength);
        return call.arrived(byteLength);
      },
      toPieces: splitter ? splitter.toPieces : (chunk) => [chunk],
      atEnd: () => splitter?.atEnd() ?? [],
    });
    try {
      const answer = await handler({ ...universal, body });
      const rest = isHttp2(request) ? await sendTrailersOnly(answer, response) : answer;
      if (rest) await universalResponseToNodeResponse(readable(rest), response);
    } catch (err) {
      // Errors of handlers are answers. This one came while writing the answer.
      call.log.debug({ err }, 'the answer could not be delivered');
      call.reset();
    }
  };
}

/** The fields that pictures and uploads come in, by their message. */
const LARGE_FIELDS = new Map<string, number>(
  [ImageSchema, PutPieceRequestSchema].map(({ typeName, field }) => [typeName, field.data.number]),
);
/** Frames of messages in the binary format; compressed ones say so in their flags. */
const FRAMED = /^application\/(grpc|grpc-web|connect)(\+proto)?$/i;
const UNFRAMED = /^application\/proto$/i;

function endWith(response: HttpResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
