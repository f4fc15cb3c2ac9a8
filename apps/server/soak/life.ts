import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@boxwire/proto/grpc/health/v1/health';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const START_TIMEOUT_MS = 120_000;

/** One server on one port, through all its processes. */
export interface Life {
  readonly port: number;
  readonly pid: number;
  /** As in a rollout: told to stop, which it must do with exit code 0, and started anew. */
  replace(): Promise<void>;
  /** Killed and started anew. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export async function startLife(port: number, env: Record<string, string>): Promise<Life> {
  let child = await begin(port, env);

  async function end(signal: NodeJS.Signals): Promise<unknown[]> {
    const exited = once(child, 'exit');
    child.kill(signal);
    return exited;
  }

  async function stop(): Promise<void> {
    const [code] = await end('SIGTERM');
    if (code !== 0) throw new Error(`the server ended with ${code} when it was told to stop`);
  }

  return {
    port,
    get pid() {
      return child.pid ?? 0;
    },
    stop,
    async replace() {
      await stop();
      child = await begin(port, env);
    },
    async crash() {
      await end('SIGKILL');
      child = await begin(port, env);
    },
  };
}

/** Resolves when it says that it serves. */
async function begin(port: number, env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      HTTP_PORT: '0',
      ...env,
      GRPC_PORT: `${port}`,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await isServing(port))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode} while it started`);
    if (performance.now() > deadline) throw new Error('the server does not serve');
    await sleep(100);
  }
  return child;
}

async function isServing(port: number): Promise<boolean> {
  const transport = createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}`, defaultTimeoutMs: 5000 });
  const answer = await createClient(Health, transport)
    .check({})
    .catch(() => undefined);
  return answer?.status === Status.SERVING;
}

/** What a process has, from Linux's /proc; `undefined` elsewhere. */
export function belongings(pid: number) {
  try {
    const [, rssKb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return {
      memoryMb: Math.round(Number(rssKb) / 1024),
      handles: readdirSync(`/proc/${pid}/fd`).length,
      children: childrenOf(pid).length,
    };
  } catch {
    return undefined;
  }
}

/** The processes that it started, which for a server are decoders. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
    .filter(Boolean)
    .map(Number);
}
