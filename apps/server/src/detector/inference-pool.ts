import { Worker } from 'node:worker_threads';
import { closing } from './detector-error.ts';
import type { InferenceJob, InferenceResult, WorkerSetup } from './inference-protocol.ts';
import { createWorkerSeat, type Task, type WorkerSeat } from './worker-seat.ts';

/**
 * Threads that run the network. Jobs are given out in order. Each worker has its next one at hand before it is done with
 * the last, so that a job waits for one other at most while later ones are begun elsewhere.
 */
export interface InferencePool {
  /** False while no worker is warm. */
  readonly ready: boolean;
  /**
   * Runs one job. `queueMs` is how long it waited, and was on its way to a worker and back.
   * @throws {DetectorError} `unavailable` when the job's worker died or the pool is closing
   * @throws the signal's reason when it aborts first; a job that a worker has begun is still computed
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

/** Resolves when every worker is warm. @throws what kept a worker from starting */
export async function createInferencePool(options: InferencePoolOptions): Promise<InferencePool> {
  const { model, threads, loneThreads = threads } = options;
  const { onWorkerDeath = () => {}, startWorker = startInferenceWorker } = options;
  /** Those that no worker has. */
  let waiting: Task[] = [];
  let closed = false;

  // A job that is alone finds all of them idle, and so gets the first.
  const seats = Array.from({ length: options.workers }, (_, seat) => {
    const setup = seat === 0 ? { model, threads, loneThreads } : { model, threads };
    return createWorkerSeat(() => startWorker(setup), {
      onRoom: dispatch,
      onReturn(tasks) {
        waiting.unshift(...tasks);
        dispatch();
      },
      onDeath: onWorkerDeath,
    });
  });

  function dispatch(): void {
    for (let seat = nextSeat(); seat && waiting.length > 0; seat = nextSeat())
      seat.give(waiting.shift() as Task);
    // Nobody idles while another has one to come.
    for (const idle of seats.filter((seat) => seat.idle)) {
      let task: Task | undefined;
      for (const seat of seats) task ??= seat.takeNextBack();
      if (task) idle.give(task);
    }
  }

  /** The one that is likely to begin the first. */
  function nextSeat(): WorkerSeat | undefined {
    const [first] = seats
      .filter(({ hasRoomSince }) => hasRoomSince !== undefined)
      .toSorted((a, b) => Number(a.hasRoomSince) - Number(b.hasRoomSince));
    return first;
  }

  /** If no worker has begun it by now, none will. */
  function withdraw(task: Task): void {
    waiting = waiting.filter((other) => other !== task);
    if (seats.some((seat) => seat.withdraw(task))) dispatch();
  }

  async function run(job: InferenceJob, signal?: AbortSignal) {
    if (closed) throw closing();
    signal?.throwIfAborted();
    const enqueued = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<InferenceResult>();
    const task = { job, resolve, reject };
    const abort = () => {
      withdraw(task);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    waiting.push(task);
    dispatch();
    try {
      const result = await promise;
      const busyMs = result.preprocessMs + result.inferenceMs + result.postprocessMs;
      return { ...result, queueMs: Math.max(0, performance.now() - enqueued - busyMs) };
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async function close(): Promise<void> {
    closed = true;
    for (const { reject } of waiting) reject(closing());
    waiting = [];
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

function startInferenceWorker(setup: WorkerSetup): Worker {
  return new Worker(new URL('./inference-worker.ts', import.meta.url), { workerData: setup });
}
