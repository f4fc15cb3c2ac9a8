import { availableParallelism } from 'node:os';
import type { DecoderName } from '@boxwire/video';
import { ACCESS_SETTINGS } from './access/access-settings.ts';
import { checkExposure } from './access/check-exposure.ts';
import { isLoopback } from './access/loopback.ts';
import { CONNECTION_SETTINGS } from './connection-settings.ts';
import { choice, integer, type Setting, SettingError, seconds, text, toPath } from './setting.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const PORT = { min: 0, max: 65535, unit: 'port' };

/** Every environment variable that the server reads. The README's table is generated from this one. */
export const SETTINGS = {
  host: text('HOST', {
    defaultText: '127.0.0.1',
    defaultValue: '127.0.0.1',
    allowed: 'an address or a name of this machine',
    parse: (value) => (/^[\w.:%-]+$/.test(value) ? value : undefined),
    description: 'Address to listen on; 0.0.0.0 for all IPv4 addresses',
  }),
  grpcPort: integer('GRPC_PORT', {
    ...PORT,
    default: 50051,
    description: 'gRPC, gRPC-Web and Connect over HTTP/2; 0 for any free port',
  }),
  httpPort: integer('HTTP_PORT', {
    ...PORT,
    default: 8080,
    description: 'The same service for browsers, over HTTP/1.1; 0 for any free port',
  }),
  webPort: integer('WEB_PORT', { ...PORT, min: 1, default: 3000, description: 'The web page' }),
  corsOrigins: text<readonly string[] | undefined>('CORS_ORIGINS', {
    defaultText: 'the web page, as localhost or under the server’s own host name',
    defaultValue: undefined,
    allowed: 'origins such as https://example.org, separated by commas, or * for all',
    parse: parseOrigins,
    description: 'Pages that may call the server from a browser',
  }),
  ...ACCESS_SETTINGS,
  model: text('MODEL', {
    defaultText: 'yolov5n',
    defaultValue: 'yolov5n',
    description: 'n, s, m, l, x, n6 to x6, demo, or a path to a .pt or .onnx file',
  }),
  precision: choice('PRECISION', ['float32', 'int8', 'auto'], {
    defaultText: 'float32',
    defaultValue: 'float32',
    description:
      'Arithmetic of a converted checkpoint: float32 gives the reference’s boxes; int8 is faster on processors with VNNI, and less exact; auto measures both at start and takes int8 if it is at least 1.15 times as fast',
  }),
  modelDir: text('MODEL_DIR', {
    defaultText: 'models/',
    defaultValue: toPath('models'),
    allowed: 'a path',
    parse: toPath,
    description: 'Folder for models',
  }),
  workers: integer('WORKERS', {
    default: availableParallelism(),
    defaultText: 'one per core',
    min: 1,
    max: 256,
    unit: 'threads',
    description:
      'Threads that run the network, each with its own copy; up to 8 of them share an image that is alone. The same number of processes decodes pictures',
  }),
  realTime: choice('REALTIME', ['auto', 'off'], {
    defaultText: 'auto',
    defaultValue: 'auto',
    description:
      'auto: the thread that serves has Linux’s lowest real-time priority, so that health checks are answered at once while all cores compute; on two cores or more, for root or where RTPRIO (ulimit -r) is 1 or more',
  }),
  maxQueue: integer('MAX_QUEUE', {
    default: 64,
    min: 0,
    max: 100_000,
    unit: 'images',
    description:
      'Most images of single calls that wait; more are refused, the latest of the token that has most first. Streams are slowed down instead',
  }),
  maxQueueBytes: integer('MAX_QUEUE_BYTES', {
    default: 128 * MIB,
    min: 0,
    max: 2 ** 40,
    unit: 'bytes',
    description:
      'Most bytes of waiting images, as sent; beyond that, single calls are refused; where those of streams alone are as many, streams wait',
  }),
  maxMessageBytes: integer('MAX_MESSAGE_BYTES', {
    default: 32 * MIB,
    min: 1024,
    max: 2 ** 31 - 1,
    unit: 'bytes',
    description:
      'Largest request message, uncompressed, and largest uploaded picture; requests that bring no pixels may have 1 MiB, and JSON as much beside its data',
  }),
  maxPixels: integer('MAX_PIXELS', {
    default: 64_000_000,
    min: 1,
    max: 1_000_000_000,
    unit: 'pixels',
    description: 'Most pixels of one image, width times height; checked before decoding',
  }),
  maxDetections: integer('MAX_DETECTIONS', {
    default: 1000,
    min: 1,
    max: 30_000,
    unit: 'boxes',
    description: 'Most boxes per image',
  }),
  maxImageSize: integer('MAX_IMAGE_SIZE', {
    default: 1280,
    min: 32,
    max: 8192,
    unit: 'pixels',
    description: 'Largest image_size, the network input’s longer side',
  }),
  uploadDir: text('UPLOAD_DIR', {
    defaultText: 'uploads/',
    defaultValue: toPath('uploads'),
    allowed: 'a path',
    parse: toPath,
    description: 'Folder for uploads; each server needs its own',
  }),
  maxUploadBytes: integer('MAX_UPLOAD_BYTES', {
    default: 2 * GIB,
    min: 1,
    max: 1024 * GIB,
    unit: 'bytes',
    description: 'Largest upload',
  }),
  maxUploadTotalBytes: integer('MAX_UPLOAD_TOTAL_BYTES', {
    default: 16 * GIB,
    min: 1,
    max: 1024 * GIB,
    unit: 'bytes',
    description: 'Most bytes of all uploads together, by their announced sizes',
  }),
  maxUploads: integer('MAX_UPLOADS', {
    default: 200,
    min: 0,
    max: 100_000,
    unit: 'files',
    description: 'Most uploads kept at once; 0 turns uploads off',
  }),
  uploadAgeMs: seconds('UPLOAD_AGE', {
    default: 3600,
    min: 0.05,
    max: 31_536_000,
    description: 'An upload is removed when it has not been added to, finished or analysed for this long',
  }),
  maxAnalyses: integer('MAX_ANALYSES', {
    default: 4,
    min: 1,
    max: 1000,
    unit: 'videos',
    description:
      'Most uploaded videos decoded at once, each in a process; up to MAX_QUEUE more wait, and callers take turns',
  }),
  maxAnalyzeCalls: integer('MAX_ANALYZE_CALLS', {
    default: 400,
    min: 1,
    max: 100_000,
    unit: 'calls',
    description:
      'Most Analyze calls at once, of one caller half as many, and 16 on one upload; each takes up to 1 MB of memory',
  }),
  videoDecoder: choice<DecoderName | undefined>('VIDEO_DECODER', ['node-av', 'ffmpeg'], {
    defaultText: 'node-av if installed, else ffmpeg',
    defaultValue: undefined,
    description: 'Decodes videos: the package node-av, or the programs ffmpeg and ffprobe',
  }),
  maxVideoPixels: integer('MAX_VIDEO_PIXELS', {
    default: 4096 * 2304,
    min: 1,
    max: 1_000_000_000,
    unit: 'pixels',
    description: 'Most pixels of a video’s frame, width times height; never more than MAX_PIXELS',
  }),
  maxVideoFrames: integer('MAX_VIDEO_FRAMES', {
    default: 1_000_000,
    min: 1,
    max: 1_000_000_000,
    unit: 'frames',
    description: 'Most frames of one video, searched or not',
  }),
  maxVideoMs: seconds('MAX_VIDEO_SECONDS', {
    default: 14_400,
    min: 0.05,
    max: 31_536_000,
    description: 'Longest video',
  }),
  ...CONNECTION_SETTINGS,
  shutdownGraceMs: seconds('SHUTDOWN_GRACE', {
    default: 10,
    min: 0,
    max: 3600,
    description: 'How long calls may run on after SIGTERM, SIGINT or SIGHUP',
  }),
  logLevel: choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    defaultText: 'info',
    defaultValue: 'info',
    description:
      'info logs two lines per frame of a stream, of those that fail in a row the first 10, and one per call; warn logs neither',
  }),
  logFormat: choice<'json' | 'pretty' | undefined>('LOG_FORMAT', ['json', 'pretty'], {
    defaultText: 'pretty if NODE_ENV is development, otherwise json',
    defaultValue: undefined,
    description: 'json: one object per line; pretty: lines for humans',
  }),
  httpsProxy: proxy('HTTPS_PROXY', 'Proxy for fetching the model; lower-case names work, too'),
  httpProxy: proxy('HTTP_PROXY', 'Proxy for addresses without TLS; for all where HTTPS_PROXY is not set'),
  noProxy: text<string | undefined>('NO_PROXY', {
    defaultText: 'none',
    defaultValue: undefined,
    otherName: 'no_proxy',
    description: 'Hosts reached without a proxy, separated by commas',
  }),
};

type Values = {
  -readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

/** What the environment says, complete and checked; lengths of time in milliseconds, paths absolute. */
export type Settings = Readonly<Omit<Values, 'logFormat'>> & {
  readonly logFormat: 'json' | 'pretty';
  /** Whether NODE_ENV is `development`. */
  readonly isDevelopment: boolean;
  /** Whether MODEL was set; a model that was named is never replaced by another. */
  readonly modelWasNamed: boolean;
};

/** @throws {SettingError} naming the variable, the value and what is allowed */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const entries = Object.entries(SETTINGS).map(([key, setting]) => [
    key,
    read(setting as Setting<unknown>, env),
  ]);
  const values = Object.fromEntries(entries) as Values;
  if ((values.tlsCert === undefined) !== (values.tlsKey === undefined)) {
    const [set, missing] = values.tlsCert ? ['TLS_CERT', 'TLS_KEY'] : ['TLS_KEY', 'TLS_CERT'];
    throw new SettingError(
      `${set} is ${JSON.stringify(env[set])}, but ${missing} is not set; allowed is both or neither`,
    );
  }
  const { grpcPort, httpPort } = values;
  if (grpcPort === httpPort && grpcPort !== 0) {
    throw new SettingError(`GRPC_PORT and HTTP_PORT are both ${grpcPort}; each needs a port of its own`);
  }
  checkExposure(values);
  const isDevelopment = env.NODE_ENV === 'development';
  return {
    ...values,
    // Frames are images, too.
    maxVideoPixels: Math.min(values.maxVideoPixels, values.maxPixels),
    allowedHosts: values.allowedHosts ?? (isLoopback(values.host) ? undefined : ['*']),
    logFormat: values.logFormat ?? (isDevelopment ? 'pretty' : 'json'),
    isDevelopment,
    modelWasNamed: textOf(env, 'MODEL') !== undefined,
  };
}

/** A variable that is set to nothing counts as not set. */
function textOf(env: NodeJS.ProcessEnv, name = ''): string | undefined {
  return env[name]?.trim() || undefined;
}

function read<T>(setting: Setting<T>, env: NodeJS.ProcessEnv): T {
  const raw = textOf(env, setting.name) ?? textOf(env, setting.otherName);
  if (raw === undefined) return setting.defaultValue;
  const value = setting.parse(raw);
  if (value !== undefined) return value;
  throw new SettingError(`${setting.name} is ${JSON.stringify(raw)}, allowed is ${setting.allowed}`);
}

function parseOrigins(value: string): readonly string[] | undefined {
  const origins = value.split(',').map((origin) => origin.trim().replace(/\/$/, ''));
  if (value === '*') return origins;
  return origins.every((origin) => URL.parse(origin)?.origin === origin) ? origins : undefined;
}

function proxy(name: string, description: string): Setting<string | undefined> {
  return text<string | undefined>(name, {
    description,
    otherName: name.toLowerCase(),
    defaultText: 'none',
    defaultValue: undefined,
    allowed: 'an address such as http://proxy.example.org:3128',
    parse(value) {
      const address = value.includes('://') ? value : `http://${value}`;
      return URL.canParse(address) ? address : undefined;
    },
  });
}
