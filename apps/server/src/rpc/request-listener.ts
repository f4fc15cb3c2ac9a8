import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { compressionGzip } from '@connectrpc/connect-node';
import type { Settings } from '../config.ts';
import type { Log } from '../log.ts';
import { callOf, openCall } from './call.ts';
import { answerCors } from './cors.ts';
import { mapErrors } from './errors.ts';
import { type HttpListener, isHttp2 } from './http.ts';
import { forgetLongTimeouts } from './long-timeouts.ts';
import { createNodeAdapter } from './node-adapter.ts';
import { addRoutes } from './routes.ts';
import type { ServingState } from './serving-state.ts';
import { closeStalledBody, closeUnreadBody } from './unread-body.ts';

/**
 * Answers are some hundred bytes, a thousand boxes 40 kB: compressing them saves nothing on a local network and
 * takes the threads that decode images. Only what is far larger is compressed.
 */
const COMPRESS_MIN_BYTES = 2 ** 18;

export interface RequestListenerOptions {
  readonly state: ServingState;
  readonly settings: Settings;
  readonly log: Log;
  /** Aborts the calls that are still running, with the error that they are answered with. */
  readonly abortCalls: AbortSignal;
}

/** The one listener behind every port: gRPC, gRPC-Web and Connect, over HTTP/1.1 and HTTP/2. */
export function createRequestListener(options: RequestListenerOptions): HttpListener {
  const { state, settings, log, abortCalls } = options;

  /** Runs when a call's headers are understood and nothing of its body is read. */
  function requestGate(context: HandlerContext): void {
    const call = callOf(context.values);
    call.context = context;
    context.signal.addEventListener('abort', () => nameTheLimit(context.signal.reason, settings));
    if (context.method.methodKind !== 'bidi_streaming') {
      closeStalledBody(call.request, settings.streamIdleTimeoutMs);
    }
    if (state.draining.aborted && context.method.parent.typeName !== 'grpc.health.v1.Health') {
      throw new ConnectError('the server is shutting down', Code.Unavailable);
    }
  }

  const connect = {
    interceptors: [mapErrors],
    requestGate,
    shutdownSignal: abortCalls,
    readMaxBytes: settings.maxMessageBytes,
    // For clients that compress what they send. Brotli, Connect's other default, costs far more than it saves.
    acceptCompression: [compressionGzip],
    compressMinBytes: COMPRESS_MIN_BYTES,
  };
  const handle = createNodeAdapter(connect, (router) => addRoutes(router, state, settings));

  return (request, response) => {
    if (answerCors(request, response, settings.corsOrigins)) return;
    const call = openCall(request, response, log);
    closeUnreadBody(request, response);
    forgetLongTimeouts(request);
    if (state.draining.aborted && !isHttp2(request)) response.setHeader('connection', 'close');
    void handle(request, response, call);
  };
}

/** The library's message names its own option. It is made before any of our code could map it, and not yet sent. */
function nameTheLimit(reason: unknown, { maxMessageBytes }: Settings): void {
  if (!(reason instanceof ConnectError) || reason.code !== Code.ResourceExhausted) return;
  if (!reason.rawMessage.includes('readMaxBytes')) return;
  const message = `the message is larger than MAX_MESSAGE_BYTES allows, ${maxMessageBytes} bytes`;
  Object.assign(reason, { rawMessage: message, message: `[resource_exhausted] ${message}` });
}
