import type { Server as HttpServer } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Settings } from './config.ts';

export type AnyServer = HttpServer | Http2Server | Http2SecureServer;
export type ConnectionLimits = Pick<
  Settings,
  'maxConnections' | 'headersTimeoutMs' | 'requestTimeoutMs' | 'connectionIdleTimeoutMs'
>;

/** Node looks only so often whether a request's headers are late. */
const CHECKS_PER_TIMEOUT = 4;
/** How long a connection without a call has to say goodbye. */
const CLOSE_TIMEOUT_MS = 1000;

/** For HTTP/1.1, which Node guards itself when it is told the limits. */
export function http1Options({ headersTimeoutMs, requestTimeoutMs }: ConnectionLimits) {
  return {
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(headersTimeoutMs / CHECKS_PER_TIMEOUT),
  };
}

/** Ends connections that are too many, and those of HTTP/2 that keep quiet. */
export function guardConnections(server: AnyServer, limits: ConnectionLimits): void {
  // Those beyond it are closed as soon as they are there.
  server.maxConnections = limits.maxConnections;
  // One that could not be taken for want of a file descriptor is its client's loss, and not the end of all others.
  server.on('error', () => {});
  server.on('session', (session: ServerHttp2Session) => {
    guardPreface(session, limits.headersTimeoutMs);
    guardIdleness(session, limits.connectionIdleTimeoutMs);
  });
}

/** A client has to begin with its settings. */
function guardPreface(session: ServerHttp2Session, timeoutMs: number): void {
  const timer = setTimeout(() => session.destroy(), timeoutMs);
  const stop = () => clearTimeout(timer);
  session.once('remoteSettings', stop);
  session.once('close', stop);
}

/** Bytes alone (pings, headers that never end) keep no connection open: only calls do. */
function guardIdleness(session: ServerHttp2Session, timeoutMs: number): void {
  let calls = 0;
  const wait = () => setTimeout(() => end(session), timeoutMs).unref();
  let timer = wait();
  session.on('stream', (stream: ServerHttp2Stream) => {
    calls++;
    clearTimeout(timer);
    stream.once('close', () => {
      calls--;
      if (calls === 0 && !session.closed) timer = wait();
    });
  });
  session.once('close', () => clearTimeout(timer));
}

/** Says so first, that a call which is on its way is sent again elsewhere. */
function end(session: ServerHttp2Session): void {
  session.close();
  const timer = setTimeout(() => session.destroy(), CLOSE_TIMEOUT_MS).unref();
  session.once('close', () => clearTimeout(timer));
}
