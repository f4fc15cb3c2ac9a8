import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { toProcess } from '../../server/bench/server-process.ts';

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
  const { stop } = toProcess(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(readyUrl))) {
    if (child.exitCode !== null) throw new Error(printed.trim());
    if (Date.now() > deadlineMs) throw new Error(`${readyUrl} does not answer:\n${printed}`);
    await sleep(100);
  }
  return { url: new URL(readyUrl).origin, stop };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    // A server that wants a token is up, too.
    ({ ok, status }) => ok || status === 401,
    () => false,
  );
}
