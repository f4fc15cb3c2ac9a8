import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Model } from '../src/models/model.ts';
import type { Size } from '../src/yolo/letterbox.ts';
import type { NetworkOrder } from './network-worker.ts';

export interface BareNetworkSetup {
  readonly model: Model;
  readonly workers: number;
  readonly size: Size;
}

/** Runs one after the other on whichever worker is free; nothing goes in or out. */
export interface BareNetwork {
  readonly workers: number;
  run(): Promise<void>;
}

export async function openBareNetwork({ model, workers, size }: BareNetworkSetup): Promise<BareNetwork> {
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
      worker.postMessage({ seconds: 0, size } satisfies NetworkOrder);
      await once(worker, 'message');
      release(worker);
    },
  };
}
