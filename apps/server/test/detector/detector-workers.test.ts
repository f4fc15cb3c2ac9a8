// The whole detector: many images at once, what waits, what is given up, and who computes with which priority.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { WorkerMessage } from '../../src/detector/inference-protocol.ts';
import { NICENESS } from '../../src/detector/lower-priority.ts';
import { anything, detector, noise, open, recordJobs, workers } from './support/small-detector.ts';

test('many images at once each get their own boxes', async () => {
  const { detect } = await open();
  const images = Array.from({ length: 12 }, (_, i) => noise(64 + 16 * (i % 3), 96, i));
  const alone = [];
  for (const image of images) alone.push((await detect(image, anything)).detections);
  const together = await Promise.all(images.map((image) => detect(image, anything)));
  expect(together.map(({ detections }) => detections)).toEqual(alone);
});

test('an image that is alone is told so, and finds the same whichever way it is computed', async () => {
  const { detect } = await open();
  const jobs = recordJobs();
  // One that is taken back from a worker is given to another.
  const told = () => Array.from(new Set(jobs), ({ isAlone }) => isAlone);
  const image = noise(320, 200, 10);
  const found = [];
  for (let i = 0; i < 14; i++) found.push((await detect(image, anything)).detections);
  expect(told()).toEqual(Array.from({ length: 14 }, () => true));
  for (const detections of found) expect(detections).toEqual(found[0]);
  await Promise.all([detect(image, anything), detect(image, anything)]);
  expect(told().slice(14)).toEqual([false, false]);
});

test('closing in the middle of a run waits for its end', async () => {
  const { detect, close } = await open({ workers: 1 });
  const image = noise(640, 640, 4);
  const settled = Promise.allSettled(Array.from({ length: 4 }, () => detect(image, anything)));
  const closed = close();
  const unavailable = { status: 'rejected', reason: { kind: 'unavailable' } };
  expect(await settled).toMatchObject([unavailable, unavailable, unavailable, unavailable]);
  await closed;
});

test('with all workers gone images wait for new ones', async () => {
  const { detect } = await open();
  await Promise.all(workers.map((worker) => worker.terminate()));
  expect(detector.ready).toBe(false);
  expect((await detect(noise(64, 64, 5), {})).width).toBe(64);
  expect(workers).toHaveLength(4);
  expect(detector.ready).toBe(true);
});

test('more than may wait is refused as overloaded, what waits is answered', async () => {
  const { detect } = await open({ workers: 1, maxQueue: 3, maxQueueBytes: 1e9 });
  const calls = Array.from({ length: 8 }, () => detect(noise(64, 64, 6), {}));
  const settled = await Promise.allSettled(calls);
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(detector.concurrency + 3);
  expect(settled.at(-1)).toMatchObject({ reason: { kind: 'overloaded' } });
});

test('what was aborted before its turn, as by its deadline, is rejected with the reason and never computed', async () => {
  const { detect } = await open({ workers: 1 });
  const jobs = recordJobs();
  let computed = 0;
  for (const worker of workers)
    worker.on('message', ({ kind }: WorkerMessage) => (computed += kind === 'done' ? 1 : 0));
  const abort = new AbortController();
  const first = detect(noise(640, 640, 7), {});
  const rest = Array.from({ length: 6 }, () => detect(noise(640, 640, 8), {}, { signal: abort.signal }));
  // The worker has one of them at hand then, the others wait to be let in.
  await nextTurn();
  abort.abort(new Error('gone'));
  const settled = await Promise.allSettled(rest);
  expect(settled.every((result) => result.status === 'rejected' && result.reason.message === 'gone')).toBe(
    true,
  );
  await first;
  await detect(noise(64, 64, 9), {});
  expect(jobs.map(({ width }) => width)).toEqual([640, 640, 64]);
  expect(computed).toBe(2);
});

test.skipIf(process.platform !== 'linux')(
  'those who compute let the thread that serves go first',
  async () => {
    const own = getPriority();
    const lowered = (niceness: number) =>
      readdirSync('/proc/self/task').filter((thread) => getPriority(Number(thread)) === own + niceness)
        .length;
    const before = lowered(NICENESS.inference);
    await open({ workers: 2 });
    expect(lowered(NICENESS.inference) - before).toBe(2);
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
    expect(children.filter((pid) => getPriority(Number(pid)) === own + NICENESS.decoder)).toHaveLength(2);
    expect(getPriority(process.pid)).toBe(own);
  },
);

// The system may weigh sessions rather than threads, and decoders have sessions of their own.
test.skipIf(!existsSync('/proc/self/autogroup'))('so do the sessions of those who decode', async () => {
  const nicenessOf = (pid: string) =>
    /nice (-?\d+)/.exec(readFileSync(`/proc/${pid}/autogroup`, 'utf8'))?.[1];
  const own = nicenessOf('self');
  const childrenOf = () =>
    readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const before = childrenOf();
  await open({ workers: 2 });
  const decoders = childrenOf().filter((pid) => !before.includes(pid));
  expect(decoders).toHaveLength(2);
  const niceness = getPriority() + NICENESS.decoder;
  await vi.waitFor(() => expect(decoders.map(nicenessOf)).toEqual([`${niceness}`, `${niceness}`]));
  expect(nicenessOf('self')).toBe(own);
});

test.skipIf(process.platform !== 'linux')(
  'more threads for one image come with the first that is alone, and with none before',
  async () => {
    const { detect } = await open({ workers: 3 });
    const threads = () => readdirSync('/proc/self/task').length;
    const image = noise(64, 64, 11);
    const together = () => Promise.all([detect(image, {}), detect(image, {}), detect(image, {})]);
    await together();
    // Those of detectors that were closed before this one are still ending.
    let before = 0;
    const isSteady = () => {
      const last = before;
      before = threads();
      return before === last;
    };
    await expect.poll(isSteady, { interval: 300, timeout: 10_000 }).toBe(true);
    await together();
    expect(threads()).toBe(before);
    await detect(image, {});
    await expect.poll(threads).toBe(before + 2);
  },
);
