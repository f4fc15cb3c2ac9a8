import { tmpdir } from 'node:os';
import type { ConnectError, Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { AnnotatedFiles } from './annotated-files.ts';
import { readClientCertificate } from './client-certificate.ts';
import { Connection } from './connection.ts';
import { detect } from './detect.ts';
import { findInputs, type Input, STDIN } from './find-inputs.ts';
import { greetServer, withToken } from './greet-server.ts';
import type { Options } from './options.ts';
import { Patience } from './patience.ts';
import type { ProgressBar } from './progress-bar.ts';
import { readPictures } from './read-pictures.ts';
import { nameOf, type Report } from './report.ts';
import { openPipe, savePipe, TooLargeError } from './save-pipe.ts';

export interface RunContext {
  /** Where relative paths begin. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly report: Report;
  readonly progress: ProgressBar;
  /** For what is no failure: what the server says about itself, a video too short to be searched. */
  readonly warn: (line: string) => void;
}

/** Does what the command line says; resolves with the number of inputs that failed. */
export async function run(options: Options, context: RunContext): Promise<number> {
  const { server: url } = options;
  const certificate = options.certificate && readClientCertificate(options.certificate, context.folder);
  const sessionManager = new Connection(url, certificate);
  // However the call ends, nothing goes on reading, and the connection is not kept for further calls.
  const end = new AbortController();
  const signal = AbortSignal.any([context.signal, end.signal]);
  try {
    const interceptors = options.token === undefined ? [] : [withToken(options.token)];
    const transport = createGrpcTransport({ baseUrl: url, sessionManager, interceptors });
    const patience = createPatience(options, { ...context, signal });
    const { notice, maxMessageBytes } = await greetServer(transport, patience, signal, { url, certificate });
    if (notice) context.warn(notice);
    return await detectAll({ transport, patience, maxMessageBytes }, options, { ...context, signal });
  } finally {
    end.abort();
    sessionManager.abort();
  }
}

function createPatience({ server, waitMs }: Options, { signal, warn }: RunContext): Patience {
  const seconds = waitMs / 1000;
  const onLoss = ({ rawMessage }: ConnectError) =>
    warn(`${server} is away (${rawMessage}): asked again for ${seconds} s`);
  return new Patience({ waitMs, signal, onLoss });
}

/** What a server adds for callers that send raw pixels: we name a mode with them, and have looked for a video. */
const ABOUT_MODE = /(?<=, )and mode names no raw layout$/;

interface Served {
  readonly transport: Transport;
  readonly patience: Patience;
  readonly maxMessageBytes: number;
}

async function detectAll(
  { transport, patience, maxMessageBytes }: Served,
  options: Options,
  context: RunContext,
): Promise<number> {
  const { signal, report, progress, warn } = context;
  const failed = new Set<string>();
  const onProblem = (source: string, message: string) => {
    failed.add(source);
    report.failed(source, message);
  };
  await using annotated =
    options.out === undefined ? undefined : await AnnotatedFiles.open(options.out, warn);
  await using inputs = await collectInputs(options.inputs, maxMessageBytes, context);
  const pictures = readPictures(inputs.list, {
    ...{ every: options.every, maxBytes: maxMessageBytes, signal, onProblem, warn },
  });
  const answers = detect(transport, pictures, {
    ...{ detection: options.detection, maxMessageBytes, signal, patience, onSent: report.sent },
    onRefused: (picture, message) => onProblem(nameOf(picture), message),
  });
  for await (const answer of answers) {
    const { picture, result } = answer;
    progress.step(answer);
    if (result.error) {
      onProblem(nameOf(picture), result.error.message.replace(ABOUT_MODE, 'nor a video'));
      continue;
    }
    report.answered(answer);
    await annotated?.write(answer);
  }
  await annotated?.finish();
  return failed.size;
}

/** The files to read. Those that come through pipes, such as standard input, go away with the result. */
async function collectInputs(
  typed: readonly string[],
  maxBytes: number,
  { folder, signal }: RunContext,
): Promise<{ list: Input[] } & AsyncDisposable> {
  const named = await findInputs(typed, folder);
  await using kept = new AsyncDisposableStack();
  const list: Input[] = [];
  for (const input of named) {
    if ('problem' in input || !input.isPipe) {
      list.push(input);
      continue;
    }
    const { path, source } = input;
    try {
      const pipe = path === STDIN ? process.stdin : openPipe(path);
      list.push({ source, path: kept.use(await savePipe(pipe, maxBytes, signal)).path });
    } catch (error) {
      signal.throwIfAborted();
      const { message } = error as Error;
      const problem =
        error instanceof TooLargeError ? message : `it cannot be kept in ${tmpdir()}: ${message}`;
      list.push({ source, problem });
    }
  }
  const all = kept.move();
  return { list, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
