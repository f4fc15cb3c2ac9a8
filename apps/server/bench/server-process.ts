import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toRealTime } from '../src/real-time.ts';
import type { BareNetworkSetup } from './bare-network.ts';
import { openClient } from './grpc-client.ts';
import type { LoadOrder, LoadResult } from './load-client.ts';

const START_TIMEOUT_MS = 60_000;
/** As `pnpm start` has it. */
const PRODUCTION = {
  NODE_ENV: 'production',
  MALLOC_ARENA_MAX: '2',
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)),
} as const;

export interface Process {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface ServerProcess extends Process {
  readonly port: number;
  readonly httpPort: number;
  /** From its start until it could answer. */
  readonly startMs: number;
}

/** The production server in a process of its own, on a port of its own, warm. */
export async function startServer(env: Record<string, string>): Promise<ServerProcess> {
  const [port, httpPort] = [await freePort(), await freePort()];
  const uploads = mkdtempSync(join(tmpdir(), 'boxwire-uploads-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    env: {
      ...process.env,
      ...PRODUCTION,
      LOG_LEVEL: 'warn',
      UPLOAD_DIR: uploads,
      ...env,
      GRPC_PORT: `${port}`,
      HTTP_PORT: `${httpPort}`,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.once('exit', () => rmSync(uploads, { recursive: true, force: true }));
  const server = toProcess(child);
  await untilServing(port, child);
  return { ...server, port, httpPort, startMs: performance.now() - startedAt };
}

/** See `echo-server.ts`. */
export async function startEchoServer(
  network?: BareNetworkSetup,
): Promise<Process & { readonly port: number }> {
  const file = fileURLToPath(new URL('./echo-server.ts', import.meta.url));
  const child = fork(file, network ? [JSON.stringify(network)] : []);
  const server = toProcess(child);
  const [port] = await once(child, 'message');
  return { ...server, port: port as number };
}

/** One order after the other. */
export interface Client<Order, Result> extends Process {
  run(order: Order): Promise<Result>;
}

export type LoadClient = Client<LoadOrder, LoadResult>;
/** Told for how many seconds to ask, it says how long each answer took, in milliseconds. */
export type HealthClient = Client<number, number[]>;

/** A process that sends load to a port, as much lower in priority than this one as is said. */
export async function startLoadClient(port: number, niceness = 0): Promise<LoadClient> {
  const client = await startClient<LoadOrder, LoadResult>('load-client.ts', port);
  if (niceness > 0) lowerAllThreads(client.pid, niceness);
  return client;
}

/** @param isDistant whether it is to wait for no core, where the system allows that */
export async function startHealthClient(port: number, isDistant = false): Promise<HealthClient> {
  const client = await startClient<number, number[]>('health-client.ts', port);
  if (isDistant) await toRealTime({ pid: client.pid });
  return client;
}

async function startClient<Order extends LoadOrder | number, Result>(
  script: string,
  port: number,
): Promise<Client<Order, Result>> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [`${port}`]);
  await once(child, 'message');
  let answer: PromiseWithResolvers<Result> | undefined;
  child.on('message', (result: Result) => answer?.resolve(result));
  child.on('exit', (code) => answer?.reject(new Error(`${script} ended with code ${code}`)));
  return {
    ...toProcess(child),
    run(order) {
      answer = Promise.withResolvers();
      child.send(order);
      return answer.promise;
    },
  };
}

function lowerAllThreads(pid: number, niceness: number): void {
  const tasks = `/proc/${pid}/task`;
  const threads = existsSync(tasks) ? readdirSync(tasks).map(Number) : [pid];
  for (const thread of threads) setPriority(thread, niceness);
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
    await sleep(20);
  }
  client.close();
  throw new Error('the server did not become ready');
}

/** What would outlive this process if that ended before its time. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A child that ends with this process, at the latest. */
export function toProcess(child: ChildProcess): Process {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return {
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
