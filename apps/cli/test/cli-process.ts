import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** What comes by standard input. */
  readonly input?: Uint8Array;
}

/** The command line client, started. */
export function startCli(
  args: readonly string[],
  { cwd, env, input }: CliOptions = {},
): ChildProcessByStdio<Writable, Readable, Readable> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, HOST: '', GRPC_PORT: '', TLS_CERT: '', ...env },
    ...(cwd !== undefined && { cwd }),
  });
  child.stdin.end(input);
  return child;
}

/** The same, to its end. */
export async function runCli(args: readonly string[], options?: CliOptions) {
  const child = startCli(args, options);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const lines = (whole: string) => whole.split('\n').filter(Boolean);
  return { code: code as number, out: lines(out), err: lines(err) };
}
