import { type ParseArgsConfig, parseArgs } from 'node:util';
import about from '../package.json' with { type: 'json' };

/** The command was typed wrongly; the message is one line for people. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** PEM files, as typed. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Options {
  /** Files, folders, globs or `-`, as typed. */
  readonly inputs: readonly string[];
  readonly server: string;
  /** Says who we are, where the server wants to know. */
  readonly token: string | undefined;
  /** The same, where the server knows callers by certificates. */
  readonly certificate: CertificateFiles | undefined;
  /** Of a video, every nth frame. */
  readonly every: number;
  /** What goes with each image; what is absent is the server's to choose. */
  readonly detection: {
    readonly confidence?: number;
    readonly iou?: number;
    readonly maxDetections?: number;
    readonly classes?: string[];
    readonly imageSize?: number;
  };
  /** How long a server that is lost on the way is asked again. */
  readonly waitMs: number;
  readonly json: boolean;
  /** Where annotated pictures go. */
  readonly out: string | undefined;
}

const HELP = `Finds objects in pictures and videos, with a running Boxwire server.

  pnpm detect [options] <files, folders or globs, or - for standard input>

  --server URL      the server; else the one that HOST, GRPC_PORT and TLS_CERT tell of: http://localhost:50051
  --cert FILE       the certificate (PEM) for a server that wants one of its callers
  --key FILE        its private key (PEM), without a passphrase
  --every N         of a video, every Nth frame: 24; 1 for all
  --conf X          leave out boxes below this confidence, 0 to 1: 0.25
  --iou X           of two boxes of one class that overlap more, keep one, 0 to 1: 0.45
  --max-det N       at most so many boxes a picture, the surest: 1000
  --classes a,b     only these classes, by the model's names
  --image-size N    the longer side of the network's input in pixels: 640
  --wait SECONDS    ask a server that is lost or replaced on the way again for so long, and go on: 60; 0 for not at all
  --json            one JSON object a line, and nothing else on standard output
  --out DIR         write pictures (JPEG) and videos (MP4) with their boxes drawn in
  --version         which version this is
  --help            this text

A server that wants a token gets the one in the environment variable BOXWIRE_TOKEN: on a command line, others could read it.
Exit code: 0 all answered, 1 some inputs failed or the output cannot be written, 2 wrong usage, 3 no server, 130 interrupted.
`;

const OPTIONS = {
  server: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  every: { type: 'string' },
  conf: { type: 'string' },
  iou: { type: 'string' },
  'max-det': { type: 'string' },
  classes: { type: 'string' },
  'image-size': { type: 'string' },
  wait: { type: 'string' },
  json: { type: 'boolean' },
  out: { type: 'string' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} satisfies ParseArgsConfig['options'];

/**
 * Reads the command line; where it only asks about this program, the answer.
 * @throws {UsageError} naming the option, the value and what is allowed
 */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options | string {
  const { values, positionals } = parse(args);
  if (values.help) return HELP;
  if (values.version) return `boxwire ${about.version}\n`;
  if (positionals.length === 0)
    throw new UsageError('name at least one file, folder or glob, or - for standard input');
  if (positionals.includes('')) throw new UsageError('a file’s name is empty');
  if (values.out === '') throw new UsageError('--out is "", allowed is a folder');
  const { conf, iou, 'max-det': maxDetections, classes, 'image-size': imageSize } = values;
  const server = readServer(values.server, env);
  return {
    inputs: positionals,
    server,
    token: readToken(env.BOXWIRE_TOKEN),
    certificate: readCertificate(values, server),
    every: readNumber('--every', values.every ?? '24', wholeNumber),
    detection: {
      ...(conf !== undefined && { confidence: readNumber('--conf', conf, share) }),
      ...(iou !== undefined && { iou: readNumber('--iou', iou, share) }),
      ...(maxDetections !== undefined && {
        maxDetections: readNumber('--max-det', maxDetections, wholeNumber),
      }),
      ...(classes !== undefined && { classes: readList('--classes', classes) }),
      ...(imageSize !== undefined && { imageSize: readNumber('--image-size', imageSize, wholeNumber) }),
    },
    waitMs: readNumber('--wait', values.wait ?? '60', seconds) * 1000,
    json: values.json ?? false,
    out: values.out,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Node's explanation goes on about how to escape, or to ask back; its first sentence says it.
    throw new UsageError(String((error as Error).message).split(/\.\s/)[0] ?? '');
  }
}

const wholeNumber = { allowed: 'a whole number from 1', pattern: /^\d{1,9}$/, min: 1, max: 2 ** 31 - 1 };
const portNumber = { allowed: 'a port from 1 to 65535', pattern: /^\d{1,9}$/, min: 1, max: 65_535 };
const seconds = { allowed: 'a number of seconds from 0', pattern: /^\d{1,6}$/, min: 0, max: 1e6 };
const share = { allowed: 'a number from 0 to 1', pattern: /^(\d+\.?\d*|\.\d+)$/, min: 0, max: 1 };

function readNumber(name: string, text: string, { allowed, pattern, min, max }: typeof share): number {
  const value = pattern.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${name} is ${JSON.stringify(text)}, allowed is ${allowed}`);
}

function readList(name: string, text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.every(Boolean)) return items;
  throw new UsageError(`${name} is ${JSON.stringify(text)}, allowed is names separated by commas`);
}

/** Never repeats it: errors are logged, and a token is a secret. */
function readToken(text = ''): string | undefined {
  const token = text.trim();
  if (/[^!-~]/.test(token)) throw new UsageError('BOXWIRE_TOKEN has characters that no token has');
  return token || undefined;
}

function readCertificate(
  { cert, key }: Partial<CertificateFiles>,
  server: string,
): CertificateFiles | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new UsageError('--cert and --key belong together: a certificate and its private key');
  if (!server.startsWith('https:'))
    throw new UsageError(`--cert is for servers with TLS: https:// instead of ${server}`);
  return { cert, key };
}

function readServer(text: string | undefined, env: NodeJS.ProcessEnv): string {
  if (text === undefined) return serverOf(env);
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url && ['http:', 'https:'].includes(url.protocol) && !/[?#]/.test(text))
    return url.href.replace(/\/$/, '');
  throw new UsageError(
    `--server is ${JSON.stringify(text)}, allowed is an address such as http://localhost:50051`,
  );
}

/** Where a server with the same settings listens. One that is set to nothing counts as not set, as it does for the server. */
function serverOf(env: NodeJS.ProcessEnv): string {
  const read = (name: string) => env[name]?.trim() || undefined;
  const port = readNumber('GRPC_PORT', read('GRPC_PORT') ?? '50051', portNumber);
  const host = read('HOST') ?? 'localhost';
  // A server that listens everywhere is on this machine, too.
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const url = `${read('TLS_CERT') === undefined ? 'http' : 'https'}://${name}:${port}`;
  if (URL.canParse(url)) return url;
  throw new UsageError(`HOST is ${JSON.stringify(host)}, which is no address to call; set --server`);
}
