import type { ConnectError, Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { AnnotatedFiles } from './annotated-files.ts';
import { Connection } from './connection.ts';
import { detect } from './detect.ts';
import { findInputs, type Input } from './find-inputs.ts';
import { greetServer, withToken } from './greet-server.ts';
import type { Options } from './options.ts';
import { Patience } from './patience.ts';
import type { ProgressBar } from './progress-bar.ts';
import { readPictures } from './read-pictures.ts';
import { nameOf, type Report } from './report.ts';
import { STDIN, saveStandardInput } from './save-standard-input.ts';

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
  const sessionManager = new Connection(options.server);
  // However the call ends, nothing goes on reading, and the connection is not kept for further calls.
  const end = new AbortController();
  const signal = AbortSignal.any([context.signal, end.signal]);
  try {
    const interceptors = options.token === undefined ? [] : [withToken(options.token)];
    const transport = createGrpcTransport({ baseUrl: options.server, sessionManager, interceptors });
    const patience = createPatience(options, { ...context, signal });
    const { notice, maxMessageBytes } = await greetServer(transport, patience, signal);
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
  await using inputs = await collectInputs(options.inputs, context);
  const pictures = readPictures(inputs.list, { every: options.every, signal, onProblem, warn });
  await using annotated = options.out === undefined ? undefined : new AnnotatedFiles(options.out, warn);
  const answers = detect(transport, pictures, {
    ...{ detection: options.detection, maxMessageBytes, signal, patience, onSent: report.sent },
    onRefused: (picture, message) => onProblem(nameOf(picture), message),
  });
  for await (const answer of answers) {
    const { picture, result } = answer;
    progress.step(answer);
    if (result.error) {
      onProblem(nameOf(picture), result.error.message);
      continue;
    }
    report.answered(answer);
    await annotated?.write(answer);
  }
  await annotated?.finish();
  return failed.size;
}

/** The files to read, standard input among them, which goes away with the result. */
async function collectInputs(
  typed: readonly string[],
  { folder, signal }: RunContext,
): Promise<{ list: Input[] } & AsyncDisposable> {
  const hasStdin = typed.includes('-');
  const files = typed.filter((one) => one !== '-');
  const named = await findInputs(files, folder, hasStdin ? [STDIN] : []);
  const stdin = hasStdin ? await saveStandardInput(signal) : undefined;
  return {
    list: stdin ? [stdin.input, ...named] : named,
    [Symbol.asyncDispose]: async () => stdin?.remove(),
  };
}
