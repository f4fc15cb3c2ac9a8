import type { EventEmitter } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { isLoopback } from './access/loopback.ts';
import type { Settings } from './config.ts';
import { networkOf } from './rpc/call-counter.ts';

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
  guardAddresses(server, Math.ceil(limits.maxConnections / 2));
  // One that could not be taken for want of a file descriptor is its client's loss, and not the end of all others.
  server.on('error', () => {});
  server.on('session', (session: ServerHttp2Session) => {
    guardPreface(session, limits.headersTimeoutMs);
    guardIdleness(session, limits.connectionIdleTimeoutMs);
  });
}

/**
 * Whoever is at one address (of IPv6, in one network) leaves others as many. What comes from this machine may be a
 * proxy's, with everybody behind it.
 */
export function guardAddresses(server: Pick<EventEmitter, 'on'>, most: number): void {
  const counts = new Map<string, number>();
  server.on('connection', (socket: Pick<Socket, 'remoteAddress' | 'destroy' | 'once'>) => {
    const address = socket.remoteAddress?.replace(/^::ffff:/, '');
    if (address === undefined || isLoopback(address)) return;
    const network = networkOf(address);
    const count = counts.get(network) ?? 0;
    if (count >= most) return void socket.destroy();
    counts.set(network, count + 1);
    socket.once('close', () => {
      const left = (counts.get(network) ?? 1) - 1;
      if (left > 0) counts.set(network, left);
      else counts.delete(network);
    });
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
