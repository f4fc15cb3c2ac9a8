import { Health } from '@boxwire/proto/grpc/health/v1/health';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import { createByteAccount } from '../access/quota.ts';
import type { TokenBook } from '../access/token-book.ts';
import type { Settings } from '../config.ts';
import type { Log } from '../log.ts';
import { bearerToken, createAuthenticate } from './authenticate.ts';
import { callerOf, callOf, openCall } from './call.ts';
import { refuseLargeHeaders } from './check-headers.ts';
import { refuseOtherHosts } from './check-host.ts';
import { COMPRESSIONS } from './compression.ts';
import { answerCors } from './cors.ts';
import { mapErrors } from './errors.ts';
import { type HttpListener, isHttp2 } from './http.ts';
import { forgetLongTimeouts } from './long-timeouts.ts';
import { takeRequest } from './meter.ts';
import { meterStreams } from './meter-streams.ts';
import { createNodeAdapter } from './node-adapter.ts';
import { createPages } from './pages.ts';
import { addRoutes, type RouteOptions } from './routes.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { createSession, SESSION_PATH } from './session.ts';
import { endWhenStalled } from './stalled-call.ts';
import { closeUnreadBody } from './unread-body.ts';

/**
 * Answers are some hundred bytes, a thousand boxes 40 kB: compressing them saves nothing on a local network and
 * takes the threads that decode images. Only what is far larger is compressed.
 */
const COMPRESS_MIN_BYTES = 2 ** 18;

export interface RequestListenerOptions extends RouteOptions {
  readonly log: Log;
  /** Absent where no token is needed. */
  readonly tokens: TokenBook | undefined;
  /** Aborts the calls that are still running, with the error that they are answered with. */
  readonly abortCalls: AbortSignal;
}

/** The one listener behind every port: gRPC, gRPC-Web and Connect, over HTTP/1.1 and HTTP/2. */
export function createRequestListener(options: RequestListenerOptions): HttpListener {
  const { state, settings, log, tokens, abortCalls } = options;
  const { allowedHosts, hstsMaxAgeS } = settings;
  const pages = createPages(settings);
  const bytes = createByteAccount(settings.maxBytesInFlight);
  const certificates = settings.tlsClientCa !== undefined;
  // A cookie of a page that is not listed counts for nothing; the browser's certificate would count for every page.
  const cors = { pages, anyWithCredentials: !certificates };
  const authenticate = createAuthenticate({
    ...{ tokens, pages, certificates },
    quotas: settings.certificateQuotas,
  });
  const session = createSession({
    pages,
    check: (request) => {
      const caller = authenticate(request);
      if (caller instanceof ConnectError) return caller;
      // Not the cookie's, which is there already.
      return (
        bearerToken(request) ?? new ConnectError('the token belongs in the header', Code.Unauthenticated)
      );
    },
  });

  /** Runs when a call's headers are understood and nothing of its body is read. */
  function requestGate(context: HandlerContext): void {
    const call = callOf(context.values);
    call.context = context;
    context.signal.addEventListener('abort', () => reword(context.signal.reason, settings));
    if (context.method.methodKind !== 'bidi_streaming') {
      endWhenStalled(call.request, call.response, settings);
    }
    const isHealth = context.method.parent.typeName === Health.typeName;
    if (state.draining.aborted && !isHealth) {
      throw new ConnectError('the server is shutting down', Code.Unavailable);
    }
    if (isHealth && settings.health === 'open') return;
    const caller = callerOf(context.values);
    // Streams are slowed down instead.
    if (context.method.methodKind === 'unary') takeRequest(caller);
    checkBase64(context);
  }

  const connect = {
    interceptors: [mapErrors, meterStreams],
    requestGate,
    shutdownSignal: abortCalls,
    readMaxBytes: settings.maxMessageBytes,
    // Nobody reads them, and two bytes of one become a hundred and more of memory.
    binaryOptions: { readUnknownFields: false },
    // For clients that compress what they send. Brotli, Connect's other default, costs far more than it saves.
    acceptCompression: COMPRESSIONS,
    compressMinBytes: COMPRESS_MIN_BYTES,
  };
  const handle = createNodeAdapter(connect, (router) => addRoutes(router, options));

  return (request, response) => {
    setSecurityHeaders(request, response, hstsMaxAgeS);
    if (refuseLargeHeaders(request, response)) return;
    if (refuseOtherHosts(request, response, allowedHosts)) return;
    if (answerCors(request, response, cors)) return;
    const call = openCall(request, response, { log, bytes, caller: authenticate(request) });
    closeUnreadBody(request, response);
    forgetLongTimeouts(request);
    if (state.draining.aborted && !isHttp2(request)) response.setHeader('connection', 'close');
    // A cookie from when tokens were wanted can be given up still.
    const hasSession = tokens !== undefined || request.method === 'DELETE';
    if (hasSession && request.url === SESSION_PATH) session(request, response);
    else void handle(request, response, call);
  };
}

/** The message of a GET is in its address: the library takes what is no base64 for its own fault. */
function checkBase64({ requestMethod, url }: HandlerContext): void {
  if (requestMethod !== 'GET') return;
  const { searchParams } = new URL(url);
  if (searchParams.get('base64') !== '1') return;
  try {
    base64Decode(searchParams.get('message') ?? '');
  } catch (cause) {
    const text = 'the message in the address is no base64';
    throw new ConnectError(text, Code.InvalidArgument, undefined, undefined, cause);
  }
}

/**
 * The library's message names its own option, and takes bytes that are no message for its own fault. Such errors are made
 * before any of our code could map them, and not yet sent.
 */
function reword(reason: unknown, { maxMessageBytes }: Settings): void {
  if (!(reason instanceof ConnectError)) return;
  const { code, rawMessage } = reason;
  const [, limit] = /readMaxBytes (\d+)/.exec(rawMessage) ?? [];
  const [, fault] = /^parse binary: (.*)/.exec(rawMessage) ?? [];
  if (code === Code.ResourceExhausted && limit !== undefined) {
    // Some services take less than the setting allows.
    const who = Number(limit) === maxMessageBytes ? 'MAX_MESSAGE_BYTES' : 'this service';
    change(reason, code, `the message is larger than ${who} allows, ${limit} bytes`);
  } else if (code === Code.Internal && fault !== undefined) {
    change(reason, Code.InvalidArgument, `the request is no such message: ${fault}`);
  }
}

function change(error: ConnectError, code: Code, rawMessage: string): void {
  Object.assign(error, { code, rawMessage, message: `[${codeToString(code)}] ${rawMessage}` });
}
