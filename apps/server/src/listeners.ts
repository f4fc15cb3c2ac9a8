import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2SecureServer,
  type Http2Server,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Settings } from './config.ts';
import type { HttpListener } from './rpc/http.ts';
import { SettingError } from './setting.ts';

/** A port, once it is opened. */
export interface Listener {
  /** Resolves with the real address. @throws {SettingError} when the port cannot be had */
  open(): Promise<string>;
  /** Takes no new connections, says so on the HTTP/2 ones (GOAWAY), and closes each as soon as it is idle. */
  close(): void;
  /** Closes the connections that are idle now: HTTP/1.1 does not do so by itself. */
  closeIdle(): void;
  /** Cuts all connections. */
  destroy(): void;
}

/** GRPC_PORT and HTTP_PORT: HTTP/2 and HTTP/1.1 in clear text, or with TLS both protocols on either port. */
export function createListeners(settings: Settings, listener: HttpListener) {
  const { grpcPort, httpPort } = settings;
  const tls = readTls(settings);
  const secure = () => createSecureServer({ ...http2Options(settings), ...tls, allowHTTP1: true }, listener);
  return {
    grpc: toListener(
      tls ? secure() : createHttp2Server(http2Options(settings), listener),
      { name: 'GRPC_PORT', port: grpcPort, scheme: tls ? 'https' : 'http' },
      settings,
    ),
    http: toListener(
      tls ? secure() : createHttpServer({ keepAlive: true }, listener),
      { name: 'HTTP_PORT', port: httpPort, scheme: tls ? 'https' : 'http' },
      settings,
    ),
  };
}

function http2Options({ maxStreams }: Settings): ServerOptions {
  return {
    settings: {
      // Calls beyond it wait in the client.
      maxConcurrentStreams: maxStreams,
      // What a stream may send ahead of its reading. The default, 64 KiB, stops the sender some 24 times in a raw
      // frame of 960x540; much more would only be memory.
      initialWindowSize: 2 ** 18,
      // Names, a deadline, a token: a call's headers take a few hundred bytes.
      maxHeaderListSize: 2 ** 14,
    },
    // In MB. Node counts what streams have sent ahead; at its default of 10 it would refuse streams that keep
    // within what we let them send.
    maxSessionMemory: 16 + Math.ceil((maxStreams * 2 ** 18) / 1e6),
  };
}

function readTls({ tlsCert, tlsKey }: Settings): { cert: Buffer; key: Buffer } | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return { cert: readPem('TLS_CERT', tlsCert), key: readPem('TLS_KEY', tlsKey) };
}

function readPem(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new SettingError(`${name} is ${path}, which cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

type AnyServer = ReturnType<typeof createHttpServer> | Http2Server | Http2SecureServer;

function toListener(
  server: AnyServer,
  { name, port, scheme }: { name: string; port: number; scheme: string },
  { host }: Settings,
): Listener {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // Finds out about clients that vanished without a word.
    socket.setKeepAlive(true, 60_000);
    socket.once('close', () => sockets.delete(socket));
  });
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
    close() {
      server.close();
      this.closeIdle();
    },
    closeIdle() {
      if ('closeIdleConnections' in server) server.closeIdleConnections();
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
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
