import { Worker } from 'node:worker_threads';
import { DetectorError } from './detector-error.ts';
import type { InferenceJob, InferenceResult, WorkerSetup } from './inference-protocol.ts';
import { createWorkerSeat } from './worker-seat.ts';

/** Threads that run the network. A job waits until one of them is free; jobs are taken in order. */
export interface InferencePool {
  /** False while no worker is warm. */
  readonly ready: boolean;
  /**
   * Runs one job. `queueMs` is how long it waited.
   * @throws {DetectorError} `unavailable` when the job's worker died or the pool is closing
   * @throws the signal's reason when it aborts first; a job that a worker already has is still computed
   */
  run(job: InferenceJob, signal?: AbortSignal): Promise<InferenceResult & { queueMs: number }>;
  close(): Promise<void>;
}

export interface InferencePoolOptions extends WorkerSetup {
  /** How many threads. */
  readonly workers: number;
  /** Told each time a worker dies and is replaced. */
  readonly onWorkerDeath?: (cause: Error) => void;
  /** Starts a thread that speaks the protocol of `inference-worker.ts`. */
  readonly startWorker?: (setup: WorkerSetup) => Worker;
}

type Run = (job: InferenceJob) => Promise<InferenceResult>;

/** Resolves when every worker is warm. @throws what kept a worker from starting */
export async function createInferencePool(options: InferencePoolOptions): Promise<InferencePool> {
  const { model, threads, loneThreads = threads } = options;
  const { onWorkerDeath = () => {}, startWorker = startInferenceWorker } = options;
  const queue = new Set<(run: Run) => void>();
  let closed = false;

  // A job that is alone finds all of them idle, and so gets the first.
  const seats = Array.from({ length: options.workers }, (_, seat) => {
    const setup = seat === 0 ? { model, threads, loneThreads } : { model, threads };
    return createWorkerSeat(() => startWorker(setup), { onIdle: dispatch, onDeath: onWorkerDeath });
  });

  function dispatch(): void {
    for (const give of queue) {
      const seat = seats.find(({ idle }) => idle);
      if (!seat) return;
      queue.delete(give);
      give(seat.run);
    }
  }

  async function run(job: InferenceJob, signal?: AbortSignal) {
    if (closed) throw closing();
    signal?.throwIfAborted();
    const enqueued = performance.now();
    return new Promise<InferenceResult & { queueMs: number }>((resolve, reject) => {
      const abort = () => {
        queue.delete(start);
        reject(signal?.reason);
      };
      const start = async (runOnSeat: Run) => {
        const queueMs = performance.now() - enqueued;
        try {
          resolve({ ...(await runOnSeat(job)), queueMs });
        } catch (error) {
          reject(error);
        } finally {
          signal?.removeEventListener('abort', abort);
        }
      };
      signal?.addEventListener('abort', abort, { once: true });
      queue.add(start);
      dispatch();
    });
  }

  async function close(): Promise<void> {
    closed = true;
    const refuse = () => Promise.reject(closing());
    for (const give of queue) give(refuse);
    queue.clear();
    await Promise.all(seats.map((seat) => seat.close()));
  }

  await Promise.all(seats.map(({ opened }) => opened)).catch(async (error) => {
    await close();
    throw error;
  });

  return {
    get ready() {
      return !closed && seats.some(({ warm }) => warm);
    },
    run,
    close,
  };
}

function closing(): DetectorError {
  return new DetectorError('unavailable', 'the detector is closing');
}

function startInferenceWorker(setup: WorkerSetup): Worker {
  return new Worker(new URL('./inference-worker.ts', import.meta.url), { workerData: setup });
}
