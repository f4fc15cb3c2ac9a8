// The whole detector with real workers and a real, if small and untrained, network.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { TensorProto_DataType as DataType } from '@boxwire/proto/onnx/onnx';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createDetector, type DetectorSettings } from '../../src/detector/create-detector.ts';
import type { Detector, SourceImage } from '../../src/detector/detector.ts';
import type {
  InferenceJob,
  WorkerMessage,
  WorkerOrder,
  WorkerSetup,
} from '../../src/detector/inference-protocol.ts';
import { NICENESS } from '../../src/detector/lower-priority.ts';
import type { Model } from '../../src/models/model.ts';
import { prepareModel } from '../../src/models/model-store.ts';
import { PIXEL_MODES } from '../../src/yolo/pixels.ts';
import { fakeOnnx } from '../models/support/write-onnx.ts';
import { smallModel, temporaryFolder } from '../small-model.ts';

const folder = temporaryFolder();
let model: Model;
let detector: Detector;
let workers: Worker[];

beforeAll(async () => {
  model = await smallModel(folder.path);
});
afterAll(folder.remove);
afterEach(() => detector.close());

const limits = {
  maxPixels: 10_000_000,
  maxDetections: 1000,
  maxImageSize: 640,
  maxQueue: 100,
  maxQueueBytes: 1e9,
};

async function open(settings: Partial<DetectorSettings> = {}): Promise<Detector> {
  workers = [];
  const startWorker = (setup: WorkerSetup) => {
    const url = new URL('../../src/detector/inference-worker.ts', import.meta.url);
    const worker = new Worker(url, { workerData: setup });
    workers.push(worker);
    return worker;
  };
  detector = await createDetector(model, { workers: 2, ...limits, startWorker, ...settings });
  return detector;
}

/** Everything the network says counts: it is untrained, and sure of nothing. */
const anything = { confidence: 0.01, iou: 0.9 };

function noise(width: number, height: number, seed: number): SourceImage {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  };
  return { mode: 'RGB', width, height, data: Uint8Array.from({ length: width * height * 3 }, next) };
}

test('boxes lie in the image, most confident first, with names and timings', async () => {
  const { detect } = await open();
  const { width, height, detections, timings } = await detect(noise(300, 200, 1), anything);
  expect([width, height]).toEqual([300, 200]);
  expect(detections.length).toBeGreaterThan(10);
  for (const box of detections) {
    expect(box.xmin).toBeGreaterThanOrEqual(0);
    expect(box.ymin).toBeGreaterThanOrEqual(0);
    expect(box.xmax).toBeLessThanOrEqual(300);
    expect(box.ymax).toBeLessThanOrEqual(200);
    expect(box.name).toBe(model.classes[box.classId]);
  }
  const confidences = detections.map(({ confidence }) => confidence);
  expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
  expect(Object.values(timings).every((ms) => ms >= 0)).toBe(true);
  expect(timings.inferenceMs).toBeGreaterThan(0);
});

test('boxes reach beyond the image when asked to, and are otherwise the same', async () => {
  const { detect } = await open();
  const image = noise(300, 200, 1);
  const clipped = (await detect(image, anything)).detections;
  const whole = (await detect(image, { ...anything, unclipped: true })).detections;
  expect(whole.some(({ xmin, ymin, xmax, ymax }) => xmin < 0 || ymin < 0 || xmax > 300 || ymax > 200)).toBe(
    true,
  );
  const inside = (value: number, size: number) => Math.min(Math.max(value, 0), size);
  expect(
    whole.map((box) => ({
      ...box,
      ...{ xmin: inside(box.xmin, 300), ymin: inside(box.ymin, 200) },
      ...{ xmax: inside(box.xmax, 300), ymax: inside(box.ymax, 200) },
    })),
  ).toEqual(clipped);
});

test('the same pixels give the same boxes, whether raw or in a file', async () => {
  const { detect } = await open();
  const raw = noise(301, 203, 2);
  const png = await sharp(raw.data, { raw: { width: 301, height: 203, channels: 3 } })
    .png()
    .toBuffer();
  const fromRaw = await detect(raw, anything);
  const fromFile = await detect({ mode: '', width: 0, height: 0, data: png }, anything);
  expect(fromFile.detections).toEqual(fromRaw.detections);
});

test('many images at once each get their own boxes', async () => {
  const { detect } = await open();
  const images = Array.from({ length: 12 }, (_, i) => noise(64 + 16 * (i % 3), 96, i));
  const alone = [];
  for (const image of images) alone.push((await detect(image, anything)).detections);
  const together = await Promise.all(images.map((image) => detect(image, anything)));
  expect(together.map(({ detections }) => detections)).toEqual(alone);
});

/** What the workers are told from now on. */
function recordJobs(): InferenceJob[] {
  const jobs: InferenceJob[] = [];
  for (const worker of workers) {
    const { postMessage } = worker;
    worker.postMessage = (order: WorkerOrder) => {
      if (order !== 'close') jobs.push(order.job);
      postMessage.call(worker, order);
    };
  }
  return jobs;
}

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

test('options decide what is found', async () => {
  const { detect } = await open();
  const image = noise(320, 320, 3);
  const all = (await detect(image, anything)).detections;
  const one = (await detect(image, { ...anything, classes: [model.classes[1] as string] })).detections;
  const few = (await detect(image, { ...anything, maxDetections: 3 })).detections;
  const sure = (await detect(image, { ...anything, confidence: all[4]?.confidence })).detections;
  expect(one.length).toBeGreaterThan(0);
  expect(new Set(one.map(({ classId }) => classId))).toEqual(new Set([1]));
  expect(few).toEqual(all.slice(0, 3));
  expect(sure).toEqual(all.slice(0, 4));
});

test('a half-precision network of one size', async () => {
  // All rows of its output are alike: one box of 40x40 pixels around (40, 40), of confidence 0.5 * 0.5.
  const path = join(folder.path, 'half.onnx');
  const outputs = [{ name: 'output0', dims: [1, 252, 6] }];
  writeFileSync(path, fakeOnnx({ input: [1, 3, 64, 64], inputType: DataType.FLOAT16, outputs }));
  const half = await prepareModel({ model: path, modelDir: folder.path });
  detector = await createDetector(half, { ...limits, workers: 1 });
  const { detections } = await detector.detect(noise(128, 128, 9), { confidence: 0.2 });
  expect(detections).toEqual([
    { xmin: 40, ymin: 40, xmax: 120, ymax: 120, confidence: 0.25, classId: 0, name: 'class0' },
  ]);
});

test('an image without bytes is refused', async () => {
  const { detect } = await open();
  for (const mode of ['', 'RGB']) {
    const nothing = detect({ mode, width: 1, height: 1, data: new Uint8Array() }, {});
    await expect(nothing).rejects.toMatchObject({ kind: 'invalid', message: 'data is empty' });
  }
});

test('raw pixels of every mode are searched', async () => {
  const { detect } = await open();
  const [width, height] = [65, 43];
  for (const [mode, { bytesPerRow }] of Object.entries(PIXEL_MODES)) {
    const data = new Uint8Array(bytesPerRow(width) * height);
    expect(await detect({ mode, width, height, data }, {}), mode).toMatchObject({ width, height });
  }
});

test('a wrong image fails alone', async () => {
  const { detect } = await open();
  const results = await Promise.allSettled([
    detect(noise(64, 64, 1), {}),
    detect({ mode: 'RGB', width: 2, height: 2, data: new Uint8Array(3) }, {}),
    detect(noise(64, 64, 2), {}),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
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
