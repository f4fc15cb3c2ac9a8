import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InferencePool } from '../../src/detector/inference-pool.ts';
import type { InferenceJob } from '../../src/detector/inference-protocol.ts';
import type { Model } from '../../src/models/model.ts';
import { rectangularLetterbox } from '../../src/yolo/letterbox.ts';
import { DIE, FAIL, LEAVE, SLOW } from './fake-inference-worker.ts';

let gates: Int32Array<SharedArrayBuffer>;
let counts: Int32Array<SharedArrayBuffer>;
let deaths: Error[];
let starts: number;
let pool: InferencePool | undefined;

beforeEach(() => {
  gates = new Int32Array(new SharedArrayBuffer(8));
  counts = new Int32Array(new SharedArrayBuffer(8));
  deaths = [];
  starts = 0;
});
afterEach(async () => {
  openGate();
  openGate(1);
  await pool?.close();
  pool = undefined;
});

function openGate(which = 0): void {
  Atomics.store(gates, which, 1);
  Atomics.notify(gates, which);
}

const begun = () => Atomics.load(counts, 0);
const computed = () => Atomics.load(counts, 1);

async function openPool(workers: number, diesAtStart = (_start: number) => false): Promise<InferencePool> {
  pool = await InferencePool.open({
    model: {} as Model,
    threads: 1,
    workers,
    onWorkerDeath: (cause) => deaths.push(cause),
    startWorker: () =>
      new Worker(new URL('./fake-inference-worker.ts', import.meta.url), {
        workerData: { gates, counts, diesAtStart: diesAtStart(++starts) },
        stderr: true,
      }),
  });
  return pool;
}

async function openToRun(...how: Parameters<typeof openPool>): Promise<InferencePool['run']> {
  const opened = await openPool(...how);
  return (job, signal) => opened.run(job, signal);
}

/** A job that the fake worker recognises by its width. */
function job(width: number): InferenceJob {
  const letterbox = rectangularLetterbox({ width: 1, height: 1 }, 32, 32);
  return {
    layout: 'L',
    width,
    height: 1,
    data: new Uint8Array(new SharedArrayBuffer(1)),
    letterbox,
    confidence: 0,
    iou: 0,
    maxDetections: 1,
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

test('every job gets its own answer', async () => {
  const run = await openToRun(2);
  openGate();
  const results = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((width) => run(job(width))));
  expect(results.map(({ confidences }) => confidences[0])).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('a job that fails fails alone', async () => {
  const run = await openToRun(1);
  openGate();
  const results = await Promise.allSettled([run(job(FAIL)), run(job(2))]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(deaths).toEqual([]);
});

test('a worker that dies fails its job as unavailable and is replaced', async () => {
  const opened = await openPool(1);
  openGate();
  const results = await Promise.allSettled([
    opened.run(job(DIE)),
    opened.run(job(2)),
    opened.run(job(DIE)),
    opened.run(job(4)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect(results[0]).toMatchObject({
    reason: { kind: 'unavailable', cause: { message: 'the worker broke' } },
  });
  expect(deaths).toHaveLength(2);
  expect(opened.ready).toBe(true);
});

test('a replacement that does not start is replaced again', async () => {
  const run = await openToRun(1, (start) => start === 2 || start === 3);
  openGate();
  await expect(run(job(DIE))).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(run(job(5))).resolves.toMatchObject({ confidences: Float32Array.from([5]) });
  expect(deaths).toHaveLength(3);
});

test('the pool is not ready while its only worker is being replaced', async () => {
  const opened = await openPool(1);
  openGate();
  await expect(opened.run(job(DIE))).rejects.toThrow();
  expect(opened.ready).toBe(false);
  await until(() => opened.ready);
});

test('a pool whose workers do not start says why', async () => {
  await expect(openPool(2, () => true)).rejects.toThrow('the model cannot be loaded');
});

test('an aborted job that waits is never computed', async () => {
  const run = await openToRun(1);
  const abort = new AbortController();
  const first = run(job(1));
  const second = run(job(2), abort.signal);
  const third = run(job(3));
  abort.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  openGate();
  await Promise.all([first, third]);
  expect(computed()).toBe(2);
});

test('an aborted job that a worker has at hand, but has not begun, is never computed', async () => {
  const run = await openToRun(1);
  const first = run(job(1));
  await until(() => begun() === 1);
  const abort = new AbortController();
  const second = run(job(2), abort.signal);
  // The worker is told of it by now, and will be of the third, too.
  abort.abort(new Error('gone'));
  const third = run(job(3));
  await expect(second).rejects.toThrow('gone');
  openGate();
  const results = await Promise.all([first, third]);
  expect(results.map(({ confidences }) => confidences[0])).toEqual([1, 3]);
  expect(computed()).toBe(2);
});

test('an aborted job that a worker has begun is let go at once', async () => {
  const run = await openToRun(1);
  const abort = new AbortController();
  const only = run(job(1), abort.signal);
  await until(() => begun() === 1);
  abort.abort(new Error('gone'));
  await expect(only).rejects.toThrow('gone');
  openGate();
  await run(job(2));
  expect(computed()).toBe(2);
});

test('a worker begins its next job before this thread has heard of the last', async () => {
  const run = await openToRun(1);
  openGate();
  const results = Promise.all([run(job(1)), run(job(2))]);
  // This thread hears nothing meanwhile.
  for (let count = begun(); count < 2; count = begun())
    expect(Atomics.wait(counts, 0, count, 10_000)).not.toBe('timed-out');
  await results;
});

test('no worker idles while another has a job to come', async () => {
  const run = await openToRun(2);
  openGate();
  const slow = run(job(SLOW));
  const others = await Promise.all([2, 3, 4, 5].map((width) => run(job(width))));
  expect(others.map(({ confidences }) => confidences[0])).toEqual([2, 3, 4, 5]);
  openGate(1);
  await slow;
});

test('no job waits for a worker that is away, and it is given some when it is back', async () => {
  const run = await openToRun(2);
  openGate();
  const left = await run(job(LEAVE));
  // Nobody knows yet that it is away.
  const others = await Promise.all([2, 3, 4, 5].map((width) => run(job(width))));
  expect([left, ...others].map(({ confidences }) => confidences[0])).toEqual([LEAVE, 2, 3, 4, 5]);
  openGate(1);
  await Promise.all([run(job(LEAVE)), run(job(LEAVE)), run(job(6))]);
});

test('a job whose signal is aborted already is not taken', async () => {
  const run = await openToRun(1);
  await expect(run(job(1), AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
});

test('closing rejects what runs, what waits and what comes', async () => {
  const opened = await openPool(1);
  const results = Promise.allSettled([opened.run(job(1)), opened.run(job(2))]);
  const closed = opened.close();
  const unavailable = {
    status: 'rejected',
    reason: { kind: 'unavailable', message: 'the detector is closing' },
  };
  expect(await results).toMatchObject([unavailable, unavailable]);
  await expect(opened.run(job(3))).rejects.toMatchObject({ kind: 'unavailable' });
  expect(opened.ready).toBe(false);
  openGate();
  await closed;
  expect([starts, deaths]).toEqual([1, []]);
});

test('closing lets a worker end what it computes, and starts no other for it', async () => {
  const opened = await openPool(1);
  const result = Promise.allSettled([opened.run(job(1)), opened.run(job(2))]);
  await until(() => begun() === 1);
  const closed = opened.close();
  await result;
  openGate();
  await closed;
  expect(computed()).toBe(1);
  expect([starts, deaths, opened.ready]).toEqual([1, [], false]);
});
