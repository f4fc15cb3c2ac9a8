import type { ClientHttp2Stream } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { Http2SessionManager } from '@connectrpc/connect-node';

/** In MB. Node counts what waits to be sent and gives the connection up beyond it; at its default of 10, one large picture is too much. */
const MAX_SESSION_MEMORY_MB = 1000;

/**
 * An HTTP/2 connection to a server, opened again when it is needed. A call that is closed without an error and without
 * an answer fails: so Node closes some where a server that had said GOAWAY vanishes, and connect-node waits for their
 * answers for ever.
 */
export class Connection extends Http2SessionManager {
  constructor(url: string) {
    super(url, undefined, { maxSessionMemory: MAX_SESSION_MEMORY_MB });
  }

  override async request(...args: Parameters<Http2SessionManager['request']>): Promise<ClientHttp2Stream> {
    const stream = await super.request(...args);
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
