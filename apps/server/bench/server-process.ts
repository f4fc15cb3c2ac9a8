import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openClient } from './grpc-client.ts';
import type { LoadOrder } from './load-client.ts';

const START_TIMEOUT_MS = 60_000;

/** The production server in a process of its own, on a port of its own, warm. */
export async function startServer(
  env: Record<string, string>,
): Promise<{ port: number; httpPort: number; pid: number; stop: () => Promise<void> }> {
  const [port, httpPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      ...env,
      GRPC_PORT: `${port}`,
      HTTP_PORT: `${httpPort}`,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await untilServing(port, child);
  return { port, httpPort, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** A process that sends load; `run` resolves with the replies per second. */
export async function startLoadClient(port: number) {
  const child = fork(fileURLToPath(new URL('./load-client.ts', import.meta.url)), [`${port}`]);
  await once(child, 'message');
  return {
    async run(order: LoadOrder): Promise<number> {
      child.send(order);
      const [rate] = await once(child, 'message');
      return rate as number;
    },
    stop: () => stop(child),
  };
}

/** One health check: how long it took, in milliseconds, and what it said. */
export function checkHealth(client: ReturnType<typeof openClient>): Promise<{ ms: number; status: string }> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    client.check?.({}, (error: Error | null, reply?: { status: string | number }) => {
      if (error) reject(error);
      else resolve({ ms: performance.now() - started, status: String(reply?.status) });
    });
  });
}

const SERVING = '1';

async function untilServing(port: number, child: ChildProcess): Promise<void> {
  const client = openClient(port, 'grpc.health.v1.Health');
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const health = await checkHealth(client).catch(() => undefined);
    if (health?.status === SERVING) return client.close();
    await sleep(100);
  }
  client.close();
  throw new Error('the server did not become ready');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
