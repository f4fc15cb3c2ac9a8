import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { readSettings, type Settings } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics/create-metrics.ts';
import { type Addresses, createServer, type Server } from '../../src/server.ts';
import { temporaryFolder } from '../small-model.ts';
import { createFakeDetector, type FakeDetector } from './fake-detector.ts';

export interface Harness extends Addresses {
  readonly server: Server;
  readonly detector: FakeDetector;
  /** Every log line so far, parsed. */
  readonly lines: readonly Record<string, unknown>[];
}

/** Settings as with an empty environment, on free ports, with a folder for uploads that goes away with the test. */
export function testSettings(overrides: Partial<Settings> = {}): Settings {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const own = { grpcPort: 0, httpPort: 0, shutdownGraceMs: 0, uploadDir: join(folder.path, 'uploads') };
  return { ...readSettings({}), ...own, ...overrides };
}

/** A server on free ports with a fake detector that is ready; shut down when the test is over. */
export async function startServer(
  overrides: Partial<Settings> = {},
  { warm = true, detector = createFakeDetector() } = {},
): Promise<Harness> {
  const lines: Record<string, unknown>[] = [];
  const settings = testSettings(overrides);
  const log = createLog(settings, { write: (line) => lines.push(JSON.parse(line)) });
  const metrics = settings.metrics === 'off' ? undefined : createMetrics();
  const server = createServer({ settings, log, metrics, ...(warm && { detector }) });
  const addresses = await server.listen();
  onTestFinished(() => server.shutdown());
  return { ...addresses, server, detector, lines };
}

/** Resolves once `condition` holds; if it never does, the test's own timeout says so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2);
}

/** Resolves once `count` has stood still for a while. */
export async function untilSteady(count: () => number, quietMs = 300): Promise<number> {
  for (let before = -1; ; ) {
    const now = count();
    if (now === before) return now;
    before = now;
    await sleep(quietMs);
  }
}

/** An asynchronous queue: what a test pushes is what a client sends. */
export function createFeed<T>() {
  const items: T[] = [];
  let ended = false;
  let wake = () => {};
  return {
    push(...more: T[]) {
      items.push(...more);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<T> {
      for (;;) {
        const [item] = items.splice(0, 1);
        if (item !== undefined) yield item;
        else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

/** A tiny image that the fake detector's answer can be told by: `frame + 1` pixels wide. */
export function imageOf(frame: number) {
  return { mode: 'L', width: frame + 1, height: 1, data: new Uint8Array(frame + 1), frame };
}

/** All that a stream brings. */
export async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}
