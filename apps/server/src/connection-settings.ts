import { integer, seconds } from './setting.ts';

const GIB = 2 ** 30;

/** What connections and calls may take, so that no client takes it from others. Part of the server's settings. */
export const CONNECTION_SETTINGS = {
  maxConnections: integer('MAX_CONNECTIONS', {
    default: 2000,
    min: 1,
    max: 1_000_000,
    unit: 'connections',
    description:
      'Connections open at once on each port; each takes a file descriptor (fewer where ulimit -n leaves no room for them) and some 20 kB of memory',
  }),
  maxStreams: integer('MAX_STREAMS', {
    default: 100,
    min: 1,
    max: 100_000,
    unit: 'calls',
    description:
      'Calls that may be open at once on one HTTP/2 connection; each may send up to 2 MiB that nobody has read yet',
  }),
  maxBytesInFlight: integer('MAX_BYTES_IN_FLIGHT', {
    default: GIB,
    min: 1024,
    max: 1024 * GIB,
    unit: 'bytes',
    description:
      'Bytes of requests that are read and not answered, of all calls; more single calls are refused, streams wait',
  }),
  headersTimeoutMs: seconds('HEADERS_TIMEOUT', {
    default: 10,
    min: 0.05,
    max: 3600,
    description:
      'How long a new connection may take for its handshake, and an HTTP/1.1 request for its headers',
  }),
  requestTimeoutMs: seconds('REQUEST_TIMEOUT', {
    default: 300,
    min: 0.05,
    max: 86_400,
    description: 'How long one request message may take to arrive, however steadily its bytes come',
  }),
  connectionIdleTimeoutMs: seconds('CONNECTION_IDLE_TIMEOUT', {
    default: 300,
    min: 0.05,
    max: 86_400,
    description:
      'An HTTP/2 connection without a call is closed after so long; clients open another by themselves',
  }),
  streamIdleTimeoutMs: seconds('STREAM_IDLE_TIMEOUT', {
    default: 300,
    min: 0.05,
    max: 86_400,
    description:
      'A stream whose client sends nothing for so long, while all is answered, or takes no answers, is ended',
  }),
};
