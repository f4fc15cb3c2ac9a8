import { integer, seconds } from './setting.ts';

const GIB = 2 ** 30;

/** Limits on connections and calls, so that no client can starve others. Part of the server's settings. */
export const CONNECTION_SETTINGS = {
  maxConnections: integer('MAX_CONNECTIONS', {
    default: 2000,
    min: 1,
    max: 1_000_000,
    unit: 'connections',
    description:
      'Most connections on each port, fewer if ulimit -n is too low; each takes a file descriptor and some 20 kB of memory',
  }),
  maxStreams: integer('MAX_STREAMS', {
    default: 100,
    min: 1,
    max: 100_000,
    unit: 'calls',
    description:
      'Most calls at once on one HTTP/2 connection; each may have up to 2 MiB sent but not yet read',
  }),
  maxBytesInFlight: integer('MAX_BYTES_IN_FLIGHT', {
    default: GIB,
    min: 1024,
    max: 1024 * GIB,
    unit: 'bytes',
    description:
      'Most request bytes of all calls, uncompressed, that are read but not answered; beyond that, single calls are refused and streams wait',
  }),
  headersTimeoutMs: seconds('HEADERS_TIMEOUT', {
    default: 10,
    min: 0.05,
    max: 3600,
    description: 'Time for a new connection’s handshake, and for the headers of an HTTP/1.1 request',
  }),
  requestTimeoutMs: seconds('REQUEST_TIMEOUT', {
    default: 300,
    min: 0.05,
    max: 86_400,
    description: 'Time for one request message to arrive, however steadily its bytes come',
  }),
  connectionIdleTimeoutMs: seconds('CONNECTION_IDLE_TIMEOUT', {
    default: 300,
    min: 0.05,
    max: 86_400,
    description:
      'An HTTP/2 connection without a call is closed after this long; clients reconnect by themselves',
  }),
  streamIdleTimeoutMs: seconds('STREAM_IDLE_TIMEOUT', {
    default: 300,
    min: 0.05,
    max: 86_400,
    description:
      'A stream is ended when its client, for this long, sends nothing although everything is answered, or reads no answers',
  }),
};
