import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DecoderName } from '@boxwire/video';
import { ACCESS_SETTINGS } from './access/access-settings.ts';
import { checkExposure } from './access/check-exposure.ts';
import { isLoopback } from './access/loopback.ts';
import { CONNECTION_SETTINGS } from './connection-settings.ts';
import { choice, integer, type Setting, SettingError, seconds, text } from './setting.ts';

/** The checkout. Relative paths in settings start here, wherever the server is started from. */
export const REPOSITORY_ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const PORT = { min: 0, max: 65535, unit: 'port' };
const path = (value: string) => resolve(REPOSITORY_ROOT, value);

/** Every environment variable that the server knows. The README's table is made from this one. */
export const SETTINGS = {
  host: text('HOST', {
    defaultText: '127.0.0.1',
    defaultValue: '127.0.0.1',
    allowed: 'an address or a name of this machine',
    parse: (value) => (/^[\w.:%-]+$/.test(value) ? value : undefined),
    description: 'Address to listen on; 0.0.0.0 for all',
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
    defaultText: 'the web page at localhost and 127.0.0.1',
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
      'What a checkpoint computes with: float32 gives the reference’s boxes; int8 is about 1.7 times as fast where the processor has VNNI, and less exact; auto measures at the start and takes int8 if it is faster',
  }),
  modelDir: text('MODEL_DIR', {
    defaultText: 'models/',
    defaultValue: path('models'),
    allowed: 'a path',
    parse: path,
    description: 'Where models are kept',
  }),
  workers: integer('WORKERS', {
    default: availableParallelism(),
    defaultText: 'one per core',
    min: 1,
    max: 256,
    unit: 'threads',
    description:
      'Threads that run the network, each with its own copy of it; as many, at most 8, may work on one image that is alone',
  }),
  maxQueue: integer('MAX_QUEUE', {
    default: 64,
    min: 0,
    max: 100_000,
    unit: 'images',
    description: 'Images that may wait; more are refused, streams are slowed down instead',
  }),
  maxQueueBytes: integer('MAX_QUEUE_BYTES', {
    default: 128 * MIB,
    min: 0,
    max: 2 ** 40,
    unit: 'bytes',
    description:
      'What may wait, as it was sent; beyond it, calls are refused and streams read one image at a time',
  }),
  maxMessageBytes: integer('MAX_MESSAGE_BYTES', {
    default: 32 * MIB,
    min: 1024,
    max: 2 ** 31 - 1,
    unit: 'bytes',
    description: 'Size of one request message, uncompressed',
  }),
  maxPixels: integer('MAX_PIXELS', {
    default: 64_000_000,
    min: 1,
    max: 1_000_000_000,
    unit: 'pixels',
    description: 'Width times height of one image, checked before it is decoded',
  }),
  maxDetections: integer('MAX_DETECTIONS', {
    default: 1000,
    min: 1,
    max: 30_000,
    unit: 'boxes',
    description: 'Boxes that may be asked for, per image',
  }),
  maxImageSize: integer('MAX_IMAGE_SIZE', {
    default: 1280,
    min: 32,
    max: 8192,
    unit: 'pixels',
    description: 'Longest side of the network’s input that may be asked for',
  }),
  uploadDir: text('UPLOAD_DIR', {
    defaultText: 'uploads/',
    defaultValue: path('uploads'),
    allowed: 'a path',
    parse: path,
    description: 'Where uploads are kept, a folder for one server alone',
  }),
  maxUploadBytes: integer('MAX_UPLOAD_BYTES', {
    default: 2 * GIB,
    min: 1,
    max: 1024 * GIB,
    unit: 'bytes',
    description: 'Size of one uploaded file',
  }),
  maxUploadTotalBytes: integer('MAX_UPLOAD_TOTAL_BYTES', {
    default: 16 * GIB,
    min: 1,
    max: 1024 * GIB,
    unit: 'bytes',
    description: 'Size of all uploads together, as announced',
  }),
  maxUploads: integer('MAX_UPLOADS', {
    default: 200,
    min: 0,
    max: 100_000,
    unit: 'files',
    description: 'Uploads that may be kept at once; 0 for none at all',
  }),
  uploadAgeMs: seconds('UPLOAD_AGE', {
    default: 3600,
    min: 0.05,
    max: 31_536_000,
    description: 'An upload that nobody adds to, finishes or analyses for so long is removed',
  }),
  maxAnalyses: integer('MAX_ANALYSES', {
    default: 4,
    min: 1,
    max: 1000,
    unit: 'videos',
    description:
      'Uploaded videos that are decoded at once, each in a process; others wait, as many as MAX_QUEUE',
  }),
  videoDecoder: choice<DecoderName | undefined>('VIDEO_DECODER', ['node-av', 'ffmpeg'], {
    defaultText: 'the first of the two that is installed',
    defaultValue: undefined,
    description:
      'What decodes videos: the library of the package node-av, or the programs ffmpeg and ffprobe',
  }),
  maxVideoPixels: integer('MAX_VIDEO_PIXELS', {
    default: 4096 * 2304,
    min: 1,
    max: 1_000_000_000,
    unit: 'pixels',
    description: 'Width times height of a video’s frames',
  }),
  maxVideoFrames: integer('MAX_VIDEO_FRAMES', {
    default: 1_000_000,
    min: 1,
    max: 1_000_000_000,
    unit: 'frames',
    description: 'Frames of one video, searched or not',
  }),
  maxVideoMs: seconds('MAX_VIDEO_SECONDS', {
    default: 14_400,
    min: 0.05,
    max: 31_536_000,
    description: 'Length of one video',
  }),
  ...CONNECTION_SETTINGS,
  shutdownGraceMs: seconds('SHUTDOWN_GRACE', {
    default: 10,
    min: 0,
    max: 3600,
    description: 'How long calls may still run after SIGTERM or SIGINT',
  }),
  logLevel: choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    defaultText: 'info',
    defaultValue: 'info',
    description: 'info has two lines per frame of a stream and one per call; warn has neither',
  }),
  logFormat: choice<'json' | 'pretty' | undefined>('LOG_FORMAT', ['json', 'pretty'], {
    defaultText: 'pretty if NODE_ENV is development, otherwise json',
    defaultValue: undefined,
    description: 'One JSON object a line, or lines for people',
  }),
  httpsProxy: proxy('HTTPS_PROXY', 'Proxy for fetching the model'),
  httpProxy: proxy('HTTP_PROXY', 'Proxy for addresses without TLS'),
  noProxy: text<string | undefined>('NO_PROXY', {
    defaultText: 'none',
    defaultValue: undefined,
    otherName: 'no_proxy',
    description: 'Hosts that are reached without a proxy, separated by commas',
  }),
};

type Values = {
  -readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

/** What the environment says, complete and checked; lengths of time in milliseconds, paths absolute. */
export type Settings = Readonly<Omit<Values, 'corsOrigins' | 'logFormat'>> & {
  /** Origins, or `*` alone. */
  readonly corsOrigins: readonly string[];
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
  checkExposure(values);
  const page = values.webPort;
  const isDevelopment = env.NODE_ENV === 'development';
  return {
    ...values,
    allowedHosts: values.allowedHosts ?? (isLoopback(values.host) ? undefined : ['*']),
    corsOrigins: values.corsOrigins ?? [`http://localhost:${page}`, `http://127.0.0.1:${page}`],
    logFormat: values.logFormat ?? (isDevelopment ? 'pretty' : 'json'),
    isDevelopment,
    modelWasNamed: Boolean(env.MODEL),
  };
}

/** A variable that is set to nothing counts as not set. */
function read<T>(setting: Setting<T>, env: NodeJS.ProcessEnv): T {
  const raw = (env[setting.name] || env[setting.otherName ?? ''])?.trim();
  if (!raw) return setting.defaultValue;
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
