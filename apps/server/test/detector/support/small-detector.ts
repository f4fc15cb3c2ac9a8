// A detector for each test of a file that imports this: real workers, and a real, if small and untrained, network.
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { below, createRandom } from '../../../hostile/random.ts';
import { createDetector, type DetectorSettings } from '../../../src/detector/create-detector.ts';
import type { Detector, SourceImage } from '../../../src/detector/detector.ts';
import type { InferenceJob, WorkerOrder, WorkerSetup } from '../../../src/detector/inference-protocol.ts';
import type { Model } from '../../../src/models/model.ts';
import { IMAGE_LIMITS, smallModel, temporaryFolder } from '../../small-model.ts';

export const folder = temporaryFolder();
export let model: Model;
export let detector: Detector;
export let workers: Worker[];

beforeAll(async () => {
  model = await smallModel(folder.path);
});
afterAll(folder.remove);
afterEach(() => detector?.close());

/** The detector of this test, with real workers. */
export async function open(settings: Partial<DetectorSettings> = {}, of = model): Promise<Detector> {
  workers = [];
  const startWorker = (setup: WorkerSetup) => {
    const url = new URL('../../../src/detector/inference-worker.ts', import.meta.url);
    const worker = new Worker(url, { workerData: setup });
    workers.push(worker);
    return worker;
  };
  detector = await createDetector(of, { workers: 2, ...IMAGE_LIMITS, startWorker, ...settings });
  return detector;
}

/** Everything the network says counts: it is untrained, and sure of nothing. */
export const anything = { confidence: 0.01, iou: 0.9 };

export function noise(width: number, height: number, seed: number): SourceImage {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: width * height * 3 }, () => below(random, 256));
  return { mode: 'RGB', width, height, data };
}

/** What the workers are told from now on. */
export function recordJobs(): InferenceJob[] {
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
