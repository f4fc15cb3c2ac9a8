// The command line client: pnpm detect.
import { resolve } from 'node:path';
import { Code, ConnectError } from '@connectrpc/connect';
import { whyNoServer } from './greet-server.ts';
import { type Options, readOptions, UsageError } from './options.ts';
import { plain } from './plain.ts';
import { ProgressBar } from './progress-bar.ts';
import { createJsonReport, createTextReport } from './report.ts';
import { run } from './run.ts';

const EXIT = { ok: 0, someFailed: 1, usage: 2, noServer: 3, interrupted: 130, terminated: 143 };

const progress = new ProgressBar();
const print = (line: string) => progress.around(() => process.stdout.write(`${plain(line)}\n`));
const warn = (line: string) => progress.around(() => process.stderr.write(`${plain(line)}\n`));

const controller = new AbortController();
/** How it ends where it was told to. */
let askedFor: number | undefined;
const stop = (code: number) => {
  askedFor ??= code;
  // All may be done before it is known that the last words could not be written.
  process.exitCode ||= code;
  controller.abort();
};
process.once('SIGINT', () => stop(EXIT.interrupted));
process.once('SIGTERM', () => stop(EXIT.terminated));
for (const stream of [process.stdout, process.stderr]) stream.on('error', stopWriting);

function stopWriting({ code, message }: NodeJS.ErrnoException): void {
  if (controller.signal.aborted) return;
  // Whoever reads our lines has read enough, as `head` does.
  const isEnough = code === 'EPIPE';
  stop(isEnough ? EXIT.ok : EXIT.someFailed);
  if (!isEnough) warn(`the output cannot be written: ${message}`);
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (typeof options === 'string') {
    process.stdout.write(options);
    return EXIT.ok;
  }
  const report = (options.json ? createJsonReport : createTextReport)({ print, warn });
  // pnpm runs scripts in the repository; what was typed is meant where it was typed.
  const isScript = process.env.npm_lifecycle_event === 'detect';
  const folder = (isScript && process.env.INIT_CWD) || process.cwd();
  const out = options.out === undefined ? undefined : resolve(folder, options.out);
  try {
    const context = { folder, signal: controller.signal, report, progress, warn };
    const failed = await run({ ...options, out }, context);
    return failed === 0 ? EXIT.ok : EXIT.someFailed;
  } catch (error) {
    return explain(error, options);
  }
}

/** Says what ended the run; the exit code for it. */
function explain(error: unknown, { server }: Options): number {
  if (askedFor !== undefined) return askedFor;
  if (error instanceof UsageError) throw error;
  if (!(error instanceof ConnectError)) {
    warn((error as Error).message);
    return EXIT.someFailed;
  }
  const { code, rawMessage } = error;
  if (code === Code.Unauthenticated) {
    warn(`${server} refuses: ${rawMessage}; set BOXWIRE_TOKEN`);
    return EXIT.someFailed;
  }
  const why = whyNoServer(error, server);
  warn(why ?? `the call to ${server} ended: ${rawMessage}`);
  return why === undefined ? EXIT.someFailed : EXIT.noServer;
}

try {
  const code = await main();
  process.exitCode = askedFor ?? code;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  warn(`${error.message}; --help tells more`);
  process.exitCode = EXIT.usage;
} finally {
  progress.end();
}
