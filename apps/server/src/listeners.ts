import { type EventEmitter, once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import {
  constants,
  createServer as createHttp2Server,
  createSecureServer,
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { answerHttp1 } from './answer-http1.ts';
import type { Settings } from './config.ts';
import { type AnyServer, guardConnections, http1Options } from './guard-connections.ts';
import { RECEIVE_WINDOWS, suitWindows } from './receive-windows.ts';
import { MAX_HEADER_BYTES } from './rpc/check-headers.ts';
import type { HttpListener } from './rpc/http.ts';
import { SettingError } from './setting.ts';
import type { Tls } from './tls.ts';

/** A page or a program that cancels much cancels some ten a second. */
const STREAM_RESET_BURST = 500;
const STREAM_RESET_RATE = 50;
/** In a GOAWAY: no call that was begun is affected. */
const MAX_STREAM_ID = 2 ** 31 - 1;
/** How long a connection may take to close by itself. */
const CLOSE_TIMEOUT_MS = 500;

/** A port, once it is opened. */
export interface Listener {
  /** Resolves with the real address. @throws {SettingError} when the port cannot be had */
  open(): Promise<string>;
  /** Asks HTTP/2 clients to make their next calls on a new connection (GOAWAY), which a balancer leads elsewhere. */
  drain(): void;
  /** Takes no new connections, closes the others when their last bytes are out, and cuts those that hang. */
  close(): Promise<void>;
  /** From the next connection on. Without effect where the port does not speak TLS. */
  renewTls(tls: Tls): void;
}

/** GRPC_PORT and HTTP_PORT: HTTP/2 and HTTP/1.1 in clear text, or with TLS both protocols on either port. */
export function createListeners(settings: Settings, tls: Tls | undefined, listener: HttpListener) {
  const { grpcPort, httpPort } = settings;
  const scheme = tls ? 'https' : 'http';
  const secure = () => tls && createTlsServer(settings, tls, listener);
  const http2 = secure() ?? createClearHttp2Server(settings, listener);
  const http1 = secure() ?? createHttpServer(http1Options(settings), listener);
  return {
    grpc: toListener(http2, { name: 'GRPC_PORT', port: grpcPort, scheme }, settings),
    http: toListener(http1, { name: 'HTTP_PORT', port: httpPort, scheme }, settings),
  };
}

function http2Options({ maxStreams }: Settings): ServerOptions {
  return {
    settings: {
      // Calls beyond it wait in the client.
      maxConcurrentStreams: maxStreams,
      initialWindowSize: RECEIVE_WINDOWS.near.stream,
      maxHeaderListSize: MAX_HEADER_BYTES,
    },
    // A client that opens calls and resets them at once (CVE-2023-44487) is sent away: so many, and so many more a second.
    streamResetBurst: STREAM_RESET_BURST,
    streamResetRate: STREAM_RESET_RATE,
    // In MB. Node counts what streams have sent ahead; at its default of 10 it would refuse streams that keep
    // within their windows.
    maxSessionMemory: 16 + Math.ceil((maxStreams * RECEIVE_WINDOWS.far.stream) / 1e6),
  };
}

function createClearHttp2Server(settings: Settings, listener: HttpListener): Http2Server {
  const server = createHttp2Server(http2Options(settings), listener);
  answerHttp1(server, settings.headersTimeoutMs);
  return server;
}

function createTlsServer(settings: Settings, tls: Tls, listener: HttpListener): Http2SecureServer {
  const clients = { requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined };
  const limits = { ...http1Options(settings), handshakeTimeout: settings.headersTimeoutMs };
  const options = { ...http2Options(settings), ...limits, ...tls, ...clients, allowHTTP1: true };
  return createSecureServer(options, listener);
}

function toListener(
  server: AnyServer,
  { name, port, scheme }: { name: string; port: number; scheme: string },
  settings: Settings,
): Listener {
  const { host } = settings;
  guardConnections(server, settings);
  const sockets = track<Socket>(server, 'connection');
  const sessions = track<ServerHttp2Session>(server, 'session');
  // Finds out about clients that vanished without a word.
  server.on('connection', (socket: Socket) => socket.setKeepAlive(true, 60_000));
  server.on('session', suitWindows);
  // A connection that fails has nobody to tell; its calls were told already.
  server.on('sessionError', () => {});

  return {
    async open() {
      server.listen(port, host);
      await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
        throw new SettingError(whyNot(name, port, host, cause), { cause });
      });
      const address = server.address() as AddressInfo;
      const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      return `${scheme}://${shown}:${address.port}`;
    },
    drain() {
      for (const session of sessions) {
        // One that was just cut off is still announced, and would throw.
        if (!session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR, MAX_STREAM_ID);
      }
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(cut);
    },
    renewTls(tls) {
      if ('setSecureContext' in server) server.setSecureContext(tls);
    },
  };
}

/** What a server has announced by `event` and what is not closed since. */
function track<T extends EventEmitter>(server: AnyServer, event: string): Set<T> {
  const open = new Set<T>();
  server.on(event, (one: T) => {
    open.add(one);
    one.once('close', () => open.delete(one));
  });
  return open;
}

function whyNot(name: string, port: number, host: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return `${name} is ${port}, but another program listens on ${host}:${port}; stop it or choose another port`;
    case 'EACCES':
      return `${name} is ${port}, which this user may not open; choose a port from 1024 to 65535`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST is ${JSON.stringify(host)}, which is no address of this machine; 127.0.0.1 and 0.0.0.0 always are`;
    default:
      return `${name} is ${port}, but ${host}:${port} cannot be opened: ${message}`;
  }
}
