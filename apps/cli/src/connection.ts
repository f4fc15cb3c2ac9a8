import type { ClientHttp2Stream } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { Http2SessionManager, type Http2SessionOptions } from '@connectrpc/connect-node';
import type { ClientCertificate } from './client-certificate.ts';

/** In MB. Node counts what waits to be sent and gives the connection up beyond it; at its default of 10, one large picture is too much. */
const MAX_SESSION_MEMORY_MB = 1000;

/**
 * How a server that froze, or that vanished without a word, is noticed: it owes an answer to a PING, however much it has
 * to compute. That answer may have to wait for megabytes of pictures on a slow line.
 */
const PING = { pingIntervalMs: 20_000, pingTimeoutMs: 40_000 };

/**
 * An HTTP/2 connection to a server, opened again when it is needed. A call that is closed without an error and without
 * an answer fails: so Node closes some where a server that had said GOAWAY vanishes, and connect-node waits for their
 * answers for ever.
 */
export class Connection extends Http2SessionManager {
  constructor(url: string, certificate?: ClientCertificate, ping: Http2SessionOptions = PING) {
    super(url, ping, { maxSessionMemory: MAX_SESSION_MEMORY_MB, ...certificate });
  }

  override async request(...args: Parameters<Http2SessionManager['request']>): Promise<ClientHttp2Stream> {
    const stream = await super.request(...args);
    const { session } = stream;
    // The call is told why its session failed. Node tells the session once more when connect-node no longer listens.
    if (session && !session.listeners('error').includes(ignore)) session.on('error', ignore);
    let isAnswered = false;
    stream.once('response', () => {
      isAnswered = true;
    });
    stream.once('close', () => {
      if (isAnswered || stream.rstCode !== 0) return;
      stream.emit('error', new ConnectError('the connection was lost', Code.Unavailable));
    });
    return stream;
  }
}

function ignore(): void {}
