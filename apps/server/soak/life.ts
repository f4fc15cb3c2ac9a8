import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@boxwire/proto/grpc/health/v1/health';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import type { Death } from './mortal-workers.ts';
import { childrenOf, survivors } from './process-table.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const COMMAND = ['--import', path('./mortal-workers.ts'), path('../src/main.ts')];
const START_TIMEOUT_MS = 120_000;
const POLL_MS = 25;
/** Until what a killed server had started has noticed. */
const ORPHAN_PATIENCE_MS = 10_000;
/** As long as a computed image may take on a busy machine. */
const DEATH_TIMEOUT_MS = 20_000;

/** One server on one port, through all its processes. */
export class Life {
  readonly port: number;
  readonly #env: Record<string, string>;
  /** What should never be: what the server logged as its own fault, and what outlived it. */
  readonly complaints: string[] = [];
  /** When it was last killed, as of `performance.now()`. */
  killedAt = Number.NEGATIVE_INFINITY;
  #child: ChildProcess | undefined;
  #onDeath = () => {};

  constructor(port: number, env: Record<string, string>) {
    this.port = port;
    this.#env = env;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts a process, which need not be ready yet when this returns. */
  begin(): void {
    const log = { LOG_LEVEL: 'error', LOG_FORMAT: 'json' };
    const own = { ...log, NODE_ENV: 'production', HTTP_PORT: '0', ...this.#env };
    const child = spawn(process.execPath, COMMAND, {
      env: { ...process.env, ...own, GRPC_PORT: `${this.port}` },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    this.#child = child;
  }

  /** Resolves when it says that it serves. */
  async untilServing(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await isServing(this.port))) {
      const { exitCode } = this.#child ?? {};
      if (exitCode !== null) throw new Error(`the server ended with ${exitCode} while it started`);
      if (performance.now() > deadline) throw new Error('the server does not serve');
      await sleep(POLL_MS);
    }
  }

  async start(): Promise<void> {
    this.begin();
    await this.untilServing();
  }

  /** Tells it to stop, without waiting for that. */
  drain(): void {
    this.#child?.kill('SIGTERM');
  }

  /** Told to stop, it must end with exit code 0. */
  async stop(): Promise<void> {
    const exited = this.#exited();
    this.drain();
    const code = await exited;
    if (code !== 0) throw new Error(`the server ended with ${code} when it was told to stop`);
  }

  /** Kills it, and waits for its decoders to notice. */
  async kill(): Promise<void> {
    // It starts no other while they are counted.
    this.#child?.kill('SIGSTOP');
    const children = childrenOf(this.pid);
    const exited = this.#exited();
    this.killedAt = performance.now();
    this.#child?.kill('SIGKILL');
    await exited;
    const left = await survivors(children, ORPHAN_PATIENCE_MS);
    if (left.length > 0) this.complaints.push(`${left.length} processes of a killed server live on`);
  }

  /** As in a rollout. */
  async replace(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Killed and started anew. */
  async crash(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Resolves with whether a worker died of it, by the server's own account. */
  async strikeWorkers(death: Death): Promise<boolean> {
    // One that is just being replaced cannot die.
    await this.untilServing();
    const died = new Promise<true>((resolve) => {
      let left = death.when === 'warming up' ? 2 : 1;
      this.#onDeath = () => --left === 0 && resolve(true);
    });
    this.#child?.send(death);
    return Promise.race([died, sleep(DEATH_TIMEOUT_MS, false)]);
  }

  async #exited(): Promise<number | null> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child?.exitCode ?? null;
  }

  #hear(line: string): void {
    const { msg = '', err } = JSON.parse(line);
    if (/^an inference worker died/.test(msg)) this.#onDeath();
    else if (!/^a picture decoder died/.test(msg))
      this.complaints.push(`the server logged: ${msg} ${err?.message ?? ''}`);
  }
}

export async function startLife(port: number, env: Record<string, string>): Promise<Life> {
  const life = new Life(port, env);
  await life.start();
  return life;
}

async function isServing(port: number): Promise<boolean> {
  const baseUrl = `http://127.0.0.1:${port}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  const transport = createGrpcTransport({ baseUrl, sessionManager, defaultTimeoutMs: 5000 });
  const answer = await createClient(Health, transport)
    .check({})
    .catch(() => undefined);
  sessionManager.abort();
  return answer?.status === Status.SERVING;
}
