// A server that has one file, and can be made to have every fault that servers have.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request. */
export type Behaviour =
  /** Answers as it should, ranges included. */
  | 'good'
  /** Knows nothing of ranges. */
  | 'whole'
  /** Says what it sends, and breaks the connection after so many bytes. */
  | { readonly breakAfter: number }
  /** Sends so many bytes and then nothing more. */
  | { readonly silentAfter: number }
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Uint8Array;
    };

export interface ReleaseServer extends AsyncDisposable {
  readonly url: string;
  /** The `Range` of each request, or an empty string. */
  readonly requests: string[];
}

/** @param behaviours for one request each; the last one for all that follow */
export async function releaseServer(content: Uint8Array, ...behaviours: Behaviour[]): Promise<ReleaseServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers.range ?? '');
    const behaviour = behaviours[Math.min(requests.length, behaviours.length) - 1] ?? 'good';
    answer(request, response, content, behaviour);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/file`,
    requests,
    [Symbol.asyncDispose]: () => close(server),
  };
}

export async function listen(server: Pick<Server, 'listen' | 'address'>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

export async function close(server: Pick<Server, 'close' | 'closeAllConnections'>): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array,
  behaviour: Behaviour,
): void {
  if (typeof behaviour === 'object' && 'status' in behaviour) {
    response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body);
    return;
  }
  const from =
    behaviour === 'whole' ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const headers = { 'content-length': String(content.length - from) };
  if (from > 0) {
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
    });
  } else {
    response.writeHead(200, headers);
  }
  const rest = content.subarray(from);
  if (typeof behaviour === 'string') {
    response.end(rest);
    return;
  }
  const count = 'breakAfter' in behaviour ? behaviour.breakAfter : behaviour.silentAfter;
  response.flushHeaders();
  if (count > 0) response.write(rest.subarray(0, count));
  // Late enough for what was written to have arrived.
  if ('breakAfter' in behaviour) setTimeout(() => response.destroy(), 50);
}
