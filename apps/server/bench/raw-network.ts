import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Model } from '../src/models/model.ts';
import type { Size } from '../src/yolo/letterbox.ts';

/** The network alone, one single-threaded session per core, input already in place. */
export async function openRawNetwork(model: Model, cores: number) {
  const workers = Array.from(
    { length: cores },
    () =>
      new Worker(new URL('./network-worker.ts', import.meta.url), {
        workerData: { model, threads: 1 },
      }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return {
    /** Runs of all workers together, per second. */
    async run(seconds: number, size: Size): Promise<number> {
      const rates = workers.map(async (worker) => {
        worker.postMessage({ seconds, size });
        const [rate] = await once(worker, 'message');
        return rate as number;
      });
      return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}
