import { availableParallelism } from 'node:os';
import type { DecoderName } from '@boxwire/video';
import type { QuotaLimits } from './access/quota.ts';
import { parseQuotas } from './access/token-file.ts';
import { choice, integer, PATH, type Setting, seconds, text, toPath } from './setting.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const PORT = { min: 0, max: 65535, unit: 'port' };

/** Every environment variable that the server reads. The README's table is generated from this one. */
export const SETTINGS = {
  // Where the server and the page are.
  host: text(
    'HOST',
    {
      default: '127.0.0.1',
      allowed: 'an address or a name of this machine',
      parse: (value) => (/^[\w.:%-]+$/.test(value) ? value : undefined),
    },
    'Address to listen on; 0.0.0.0 for all IPv4 addresses',
  ),
  grpcPort: integer(
    'GRPC_PORT',
    { ...PORT, default: 50051 },
    'gRPC, gRPC-Web and Connect over HTTP/2; 0 for any free port',
  ),
  httpPort: integer(
    'HTTP_PORT',
    { ...PORT, default: 8080 },
    'The same service for browsers, over HTTP/1.1; 0 for any free port',
  ),
  webPort: integer('WEB_PORT', { ...PORT, min: 1, default: 3000 }, 'The web page'),
  corsOrigins: text<readonly string[] | undefined>(
    'CORS_ORIGINS',
    {
      default: undefined,
      defaultText: 'the web page, as localhost or under the server’s own host name',
      allowed: 'origins such as https://example.org, separated by commas, or * for all',
      parse: parseOrigins,
    },
    'Pages that may call the server from a browser',
  ),
  // Who may call, and how callers prove who they are.
  tokensFile: file('TOKENS_FILE', 'File with the tokens that are accepted; pnpm make-token makes its lines'),
  allowUnauthenticated: choice<'yes' | undefined>(
    'ALLOW_UNAUTHENTICATED',
    ['yes'],
    { default: undefined },
    'yes serves everybody who reaches HOST, even if that is not loopback',
  ),
  allowedHosts: text<readonly string[] | undefined>(
    'ALLOWED_HOSTS',
    {
      default: undefined,
      defaultText: 'loopback names if HOST is one, otherwise all',
      allowed: 'host names without ports, separated by commas, or * for all',
      parse: parseHosts,
    },
    'Names in the Host header that are answered; others are refused, against DNS rebinding',
  ),
  tlsCert: file(
    'TLS_CERT',
    'PEM file with the certificate; with it and TLS_KEY all ports require TLS, the page’s too, and the server’s speak HTTP/2 and HTTP/1.1. Reloaded when it changes',
  ),
  tlsKey: file('TLS_KEY', 'PEM file with its private key, without a passphrase'),
  tlsClientCa: file(
    'TLS_CLIENT_CA',
    'PEM file with the authorities that must have issued callers’ certificates (mutual TLS)',
  ),
  certificateQuotas: text<QuotaLimits>(
    'CERTIFICATE_QUOTAS',
    {
      default: {},
      defaultText: 'none',
      allowed:
        'requests=N (a second), bytes=N, uploads=N and stored=N (bytes), N above 0, separated by blanks',
      parse: parseQuotaText,
    },
    'Quotas of each caller who is known by a certificate, as in a line of TOKENS_FILE',
  ),
  hstsMaxAgeS: integer(
    'HSTS_MAX_AGE',
    { default: 0, min: 0, max: 2 * 365 * 86_400, unit: 'seconds', defaultText: 'none' },
    'With TLS: seconds for which browsers must use TLS on all of the host’s ports, the page’s too (Strict-Transport-Security)',
  ),
  reflection: choice(
    'REFLECTION',
    ['on', 'off'],
    { default: 'on' },
    'Server reflection; with TOKENS_FILE it needs a token',
  ),
  health: choice(
    'HEALTH',
    ['open', 'token', 'off'],
    { default: 'open' },
    'Health checks: open needs no token, for load balancers; token needs one; off disables them',
  ),
  metrics: choice(
    'METRICS',
    ['off', 'token', 'open'],
    { default: 'off' },
    'Figures for Prometheus at /metrics: token wants one where calls do, open never',
  ),
  // The model, and what runs it.
  model: text<string>(
    'MODEL',
    { default: 'yolov5n' },
    'n, s, m, l, x, n6 to x6, demo, or a path to a .pt or .onnx file',
  ),
  precision: choice(
    'PRECISION',
    ['float32', 'int8', 'auto'],
    { default: 'float32' },
    'Arithmetic of a converted checkpoint: float32 gives the reference’s boxes; int8 is faster, most so on processors with VNNI, and less exact; auto measures both at start and takes int8 if it is at least 1.15 times as fast',
  ),
  modelDir: text(
    'MODEL_DIR',
    { default: toPath('models'), defaultText: 'models/', ...PATH },
    'Folder for models',
  ),
  workers: integer(
    'WORKERS',
    { default: availableParallelism(), defaultText: 'one per core', min: 1, max: 256, unit: 'threads' },
    'Threads that run the network, each with its own copy; up to 8 of them share an image that is alone. The same number of processes decodes pictures',
  ),
  realTime: choice(
    'REALTIME',
    ['auto', 'off'],
    { default: 'auto' },
    'auto: the thread that serves has Linux’s lowest real-time priority, so that health checks are answered at once while all cores compute; on two cores or more, for root or where RTPRIO (ulimit -r) is 1 or more',
  ),
  // Images.
  maxQueue: integer(
    'MAX_QUEUE',
    { default: 64, min: 0, max: 100_000, unit: 'images' },
    'Most images of single calls that wait; more are refused, the latest of the token that has most first. Streams are slowed down instead',
  ),
  maxQueueBytes: integer(
    'MAX_QUEUE_BYTES',
    { default: 128 * MIB, min: 0, max: 2 ** 40, unit: 'bytes' },
    'Most bytes of waiting images, as sent; beyond that, single calls are refused; where those of streams alone are as many, streams wait',
  ),
  maxMessageBytes: integer(
    'MAX_MESSAGE_BYTES',
    { default: 32 * MIB, min: 1024, max: 2 ** 31 - 1, unit: 'bytes' },
    'Largest request message, uncompressed, and largest uploaded picture; requests that bring no pixels may have 1 MiB, and JSON as much beside its data',
  ),
  maxPixels: integer(
    'MAX_PIXELS',
    { default: 64_000_000, min: 1, max: 1_000_000_000, unit: 'pixels' },
    'Most pixels of one image, width times height; checked before decoding',
  ),
  maxDetections: integer(
    'MAX_DETECTIONS',
    { default: 1000, min: 1, max: 30_000, unit: 'boxes' },
    'Most boxes per image',
  ),
  maxImageSize: integer(
    'MAX_IMAGE_SIZE',
    { default: 1280, min: 32, max: 8192, unit: 'pixels' },
    'Largest image_size, the network input’s longer side',
  ),
  // Uploads, and what is found in them.
  uploadDir: text(
    'UPLOAD_DIR',
    { default: toPath('uploads'), defaultText: 'uploads/', ...PATH },
    'Folder for uploads; each server needs its own',
  ),
  maxUploadBytes: integer(
    'MAX_UPLOAD_BYTES',
    { default: 2 * GIB, min: 1, max: 1024 * GIB, unit: 'bytes' },
    'Largest upload',
  ),
  maxUploadTotalBytes: integer(
    'MAX_UPLOAD_TOTAL_BYTES',
    { default: 16 * GIB, min: 1, max: 1024 * GIB, unit: 'bytes' },
    'Most bytes of all uploads together, by their announced sizes',
  ),
  maxUploads: integer(
    'MAX_UPLOADS',
    { default: 200, min: 0, max: 100_000, unit: 'files' },
    'Most uploads kept at once; 0 turns uploads off',
  ),
  uploadAgeMs: seconds(
    'UPLOAD_AGE',
    { default: 3600, min: 0.05, max: 31_536_000 },
    'An upload is removed when it has not been added to, finished or analysed for this long',
  ),
  maxAnalyses: integer(
    'MAX_ANALYSES',
    { default: 4, min: 1, max: 1000, unit: 'videos' },
    'Most uploaded videos decoded at once, each in a process; up to MAX_QUEUE more wait, and callers take turns',
  ),
  maxAnalyzeCalls: integer(
    'MAX_ANALYZE_CALLS',
    { default: 400, min: 1, max: 100_000, unit: 'calls' },
    'Most Analyze calls at once, of one caller half as many, and 16 on one upload; each takes up to 1 MB of memory',
  ),
  videoDecoder: choice<DecoderName | undefined>(
    'VIDEO_DECODER',
    ['node-av', 'ffmpeg'],
    { default: undefined, defaultText: 'node-av if installed, else ffmpeg' },
    'Decodes videos: the package node-av, or the programs ffmpeg and ffprobe',
  ),
  maxVideoPixels: integer(
    'MAX_VIDEO_PIXELS',
    { default: 4096 * 2304, min: 1, max: 1_000_000_000, unit: 'pixels' },
    'Most pixels of a video’s frame, width times height; never more than MAX_PIXELS',
  ),
  maxVideoFrames: integer(
    'MAX_VIDEO_FRAMES',
    { default: 1_000_000, min: 1, max: 1_000_000_000, unit: 'frames' },
    'Most frames of one video, searched or not',
  ),
  maxVideoMs: seconds('MAX_VIDEO_SECONDS', { default: 14_400, min: 0.05, max: 31_536_000 }, 'Longest video'),
  // Limits on connections and calls, so that no client can starve others.
  maxConnections: integer(
    'MAX_CONNECTIONS',
    { default: 2000, min: 1, max: 1_000_000, unit: 'connections' },
    'Most connections on each port, fewer if ulimit -n is too low, half as many from one address (of IPv6, one /64) but loopback; behind one proxy, set twice what it opens. Each takes a file descriptor and some 20 kB of memory',
  ),
  maxStreams: integer(
    'MAX_STREAMS',
    { default: 100, min: 1, max: 100_000, unit: 'calls' },
    'Most calls at once on one HTTP/2 connection; each may have up to 2 MiB sent but not yet read',
  ),
  maxBytesInFlight: integer(
    'MAX_BYTES_IN_FLIGHT',
    { default: GIB, min: 1024, max: 1024 * GIB, unit: 'bytes' },
    'Most request bytes of all calls, uncompressed, that are read but not answered; beyond that, single calls are refused and streams wait',
  ),
  headersTimeoutMs: seconds(
    'HEADERS_TIMEOUT',
    { default: 10, min: 0.05, max: 3600 },
    'Time for a new connection’s handshake, and for the headers of an HTTP/1.1 request',
  ),
  requestTimeoutMs: seconds(
    'REQUEST_TIMEOUT',
    { default: 300, min: 0.05, max: 86_400 },
    'Time for one request message to arrive, however steadily its bytes come',
  ),
  connectionIdleTimeoutMs: seconds(
    'CONNECTION_IDLE_TIMEOUT',
    { default: 300, min: 0.05, max: 86_400 },
    'An HTTP/2 connection without a call is closed after this long; clients reconnect by themselves',
  ),
  streamIdleTimeoutMs: seconds(
    'STREAM_IDLE_TIMEOUT',
    { default: 300, min: 0.05, max: 86_400 },
    'A stream is ended when its client, for this long, sends nothing although everything is answered, or reads no answers',
  ),
  // The process.
  shutdownGraceMs: seconds(
    'SHUTDOWN_GRACE',
    { default: 10, min: 0, max: 3600 },
    'How long calls may run on after SIGTERM, SIGINT or SIGHUP',
  ),
  logLevel: choice(
    'LOG_LEVEL',
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    { default: 'info' },
    'info logs two lines per frame of a stream, of those that fail in a row the first 10, and one per call; warn logs neither',
  ),
  logFormat: choice<'json' | 'pretty' | undefined>(
    'LOG_FORMAT',
    ['json', 'pretty'],
    { default: undefined, defaultText: 'pretty if NODE_ENV is development, otherwise json' },
    'json: one object per line; pretty: lines for humans',
  ),
  httpsProxy: proxy('HTTPS_PROXY', 'Proxy for fetching the model; lower-case names work, too'),
  httpProxy: proxy('HTTP_PROXY', 'Proxy for addresses without TLS; for all where HTTPS_PROXY is not set'),
  noProxy: text<string | undefined>(
    'NO_PROXY',
    { default: undefined, otherName: 'no_proxy' },
    'Hosts reached without a proxy, separated by commas',
  ),
};

function parseOrigins(value: string): readonly string[] | undefined {
  const origins = value.split(',').map((origin) => origin.trim().replace(/\/$/, ''));
  if (value === '*') return origins;
  return origins.every((origin) => URL.parse(origin)?.origin === origin) ? origins : undefined;
}

function parseQuotaText(value: string): QuotaLimits | undefined {
  try {
    return parseQuotas(value.split(/\s+/));
  } catch {
    return undefined;
  }
}

function parseHosts(value: string): readonly string[] | undefined {
  const hosts = value.split(',').map((host) => host.trim().toLowerCase());
  if (value === '*') return hosts;
  return hosts.every((host) => /^([a-z\d._-]+|\[[\da-f:.]+\])$/.test(host)) ? hosts : undefined;
}

function file(name: string, description: string): Setting<string | undefined> {
  return text<string | undefined>(name, { default: undefined, ...PATH }, description);
}

function proxy(name: string, description: string): Setting<string | undefined> {
  return text<string | undefined>(
    name,
    {
      default: undefined,
      otherName: name.toLowerCase(),
      allowed: 'an address such as http://proxy.example.org:3128',
      parse(value) {
        const address = value.includes('://') ? value : `http://${value}`;
        return URL.canParse(address) ? address : undefined;
      },
    },
    description,
  );
}
