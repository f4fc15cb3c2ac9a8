import { Code, ConnectError } from '@connectrpc/connect';
import { createByteAccount } from '../access/quota.ts';
import type { TokenBook } from '../access/token-book.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { bearerToken, createAuthenticate } from './authenticate.ts';
import { openCall } from './call.ts';
import { refuseLargeHeaders } from './check-headers.ts';
import { refuseOtherHosts } from './check-host.ts';
import { COMPRESSIONS } from './compression.ts';
import { answerCors } from './cors.ts';
import { mapErrors } from './errors.ts';
import { type HttpListener, isHttp2 } from './http.ts';
import { forgetLongTimeouts } from './long-timeouts.ts';
import { meterStreams } from './meter-streams.ts';
import { createMetricsPage, METRICS_PATH } from './metrics-page.ts';
import { createNodeAdapter } from './node-adapter.ts';
import { createPages } from './pages.ts';
import { createRequestGate } from './request-gate.ts';
import { addRoutes, type RouteOptions } from './routes.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { createSession, SESSION_PATH } from './session.ts';
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
  /** Absent where METRICS is off. */
  readonly metrics: Metrics | undefined;
  /** Aborts the calls that are still running, with the error that they are answered with. */
  readonly abortCalls: AbortSignal;
}

/** The one listener behind every port: gRPC, gRPC-Web and Connect, over HTTP/1.1 and HTTP/2. */
export function createRequestListener(options: RequestListenerOptions): HttpListener {
  const { state, settings, log, tokens, metrics } = options;
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

  metrics?.gauge(
    'boxwire_request_bytes_in_flight',
    'Bytes of requests that are read and not answered',
    () => bytes.used,
  );
  const metricsPage = metrics && createMetricsPage({ metrics, access: settings.metrics, authenticate });
  const handle = createNodeAdapter(connectOptions(options), (router) => addRoutes(router, options));

  return (request, response) => {
    setSecurityHeaders(request, response, hstsMaxAgeS);
    if (refuseLargeHeaders(request, response)) return;
    if (refuseOtherHosts(request, response, allowedHosts)) return;
    if (answerCors(request, response, cors)) return;
    const call = openCall(request, response, { log, bytes, metrics, caller: authenticate(request) });
    closeUnreadBody(request, response);
    forgetLongTimeouts(request);
    if (state.draining.aborted && !isHttp2(request)) response.setHeader('connection', 'close');
    // A cookie from when tokens were wanted can be given up still.
    const hasSession = tokens !== undefined || request.method === 'DELETE';
    if (metricsPage && request.url?.split('?', 1)[0] === METRICS_PATH) metricsPage(request, response);
    else if (hasSession && request.url === SESSION_PATH) session(request, response);
    else void handle(request, response, call);
  };
}

function connectOptions({ state, settings, abortCalls }: RequestListenerOptions) {
  return {
    interceptors: [mapErrors, meterStreams],
    requestGate: createRequestGate(state, settings),
    shutdownSignal: abortCalls,
    readMaxBytes: settings.maxMessageBytes,
    // Nobody reads them, and two bytes of one become a hundred and more of memory.
    binaryOptions: { readUnknownFields: false },
    // Who reads JSON by hand looks for each field: the left side of a box may be 0, and the first class is.
    jsonOptions: { alwaysEmitImplicit: true },
    // For clients that compress what they send. Brotli, Connect's other default, costs far more than it saves.
    acceptCompression: COMPRESSIONS,
    compressMinBytes: COMPRESS_MIN_BYTES,
  };
}
