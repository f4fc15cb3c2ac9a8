import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Model } from '../src/models/model.ts';
import { silenceRuntime } from '../src/models/onnx/silence-runtime.ts';
import type { NetworkOrder } from './network-worker.ts';

/** The network alone, input already in place: so many sessions, each with so many threads. */
export async function openRawNetwork(model: Model, sessions: number, threads = 1) {
  silenceRuntime();
  const workers = Array.from(
    { length: sessions },
    () =>
      new Worker(new URL('./network-worker.ts', import.meta.url), {
        workerData: { model, threads },
      }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return {
    /** Runs of all workers together, per second. */
    async run(order: NetworkOrder): Promise<number> {
      const rates = workers.map(async (worker) => {
        worker.postMessage(order);
        const [rate] = await once(worker, 'message');
        return rate as number;
      });
      return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}
