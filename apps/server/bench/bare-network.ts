import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Model } from '../src/models/model.ts';
import { silenceRuntime } from '../src/models/onnx/silence-runtime.ts';
import type { NetworkOrder } from './network-worker.ts';
import type { Picture } from './pictures.ts';

export interface BareNetworkSetup {
  readonly model: Model;
  readonly workers: number;
  readonly picture: Picture;
}

/** Runs on the same picture, one after the other on whichever worker is free. */
export interface BareNetwork {
  readonly workers: number;
  run(): Promise<void>;
}

export async function openBareNetwork({ model, workers, picture }: BareNetworkSetup): Promise<BareNetwork> {
  silenceRuntime();
  const waiting: ((worker: Worker) => void)[] = [];
  const free: Worker[] = [];
  const release = (worker: Worker) => {
    const next = waiting.shift();
    if (next) next(worker);
    else free.push(worker);
  };
  for (let i = 0; i < workers; i++) {
    const worker = new Worker(new URL('./network-worker.ts', import.meta.url), {
      workerData: { model, threads: 1 },
    });
    await once(worker, 'message');
    release(worker);
  }
  return {
    workers,
    async run() {
      const worker = free.pop() ?? (await new Promise<Worker>((resolve) => waiting.push(resolve)));
      worker.postMessage({ seconds: 0, picture } satisfies NetworkOrder);
      await once(worker, 'message');
      release(worker);
    },
  };
}
