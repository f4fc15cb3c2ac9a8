import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 60_000;

/** A program under test, in a process of its own. */
export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs a script of the repository until `readyUrl` answers. @throws with what it printed, when it ends before */
export async function run(
  args: string[],
  cwd: string,
  environment: Record<string, string>,
  readyUrl: string,
): Promise<Running> {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...environment } });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(readyUrl))) {
    if (child.exitCode !== null) throw new Error(printed.trim());
    if (Date.now() > deadlineMs) throw new Error(`${readyUrl} does not answer:\n${printed}`);
    await sleep(100);
  }
  return { url: new URL(readyUrl).origin, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    // A server that wants a token is up, too.
    ({ ok, status }) => ok || status === 401,
    () => false,
  );
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
