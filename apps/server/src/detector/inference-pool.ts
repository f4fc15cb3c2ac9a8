import { Worker } from 'node:worker_threads';
import { createWaiter } from '../flow/waiter.ts';
import { silenceRuntime } from '../models/onnx/silence-runtime.ts';
import { closing } from './detector-error.ts';
import type { InferenceJob, InferenceResult, WorkerSetup } from './inference-protocol.ts';
import { type Task, WorkerSeat } from './worker-seat.ts';

export interface InferencePoolOptions extends WorkerSetup {
  /** How many threads. */
  readonly workers: number;
  /** Told each time a worker dies and is replaced. */
  readonly onWorkerDeath?: (cause: Error) => void;
  /** Starts a thread that speaks the protocol of `inference-worker.ts`. */
  readonly startWorker?: (setup: WorkerSetup) => Worker;
}

/**
 * Threads that run the network. Jobs are given out in order. Each worker has its next one at hand before it is done with
 * the last, so that a job waits for one other at most while later ones are begun elsewhere.
 */
export class InferencePool {
  readonly #seats: readonly WorkerSeat[];
  /** Those that no worker has. */
  readonly #waiting: Task[] = [];
  #closed = false;

  /** Resolves when every worker is warm. @throws what kept a worker from starting */
  static async open(options: InferencePoolOptions): Promise<InferencePool> {
    const pool = new InferencePool(options);
    try {
      await Promise.all(pool.#seats.map(({ opened }) => opened));
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  private constructor(options: InferencePoolOptions) {
    const { model, threads, loneThreads = threads } = options;
    const { onWorkerDeath = () => {}, startWorker = startInferenceWorker } = options;
    // A job that is alone finds all of them idle, and so gets the first.
    this.#seats = Array.from({ length: options.workers }, (_, seat) => {
      const setup = seat === 0 ? { model, threads, loneThreads } : { model, threads };
      return new WorkerSeat(() => startWorker(setup), {
        onRoom: () => this.#dispatch(),
        onReturn: (tasks) => {
          this.#waiting.unshift(...tasks);
          this.#dispatch();
        },
        onDeath: onWorkerDeath,
      });
    });
  }

  /** False while no worker is warm. */
  get ready(): boolean {
    return !this.#closed && this.#seats.some(({ warm }) => warm);
  }

  /**
   * Runs one job. `queueMs` is how long it waited, and was on its way to a worker and back.
   * @throws {DetectorError} `unavailable` when the job's worker died or the pool is closing
   * @throws the signal's reason when it aborts first; a job that a worker has begun is still computed
   */
  async run(job: InferenceJob, signal?: AbortSignal): Promise<InferenceResult & { queueMs: number }> {
    if (this.#closed) throw closing();
    signal?.throwIfAborted();
    const enqueued = performance.now();
    const task: Task = { job, ...createWaiter<InferenceResult>(signal, () => this.#withdraw(task)) };
    this.#waiting.push(task);
    this.#dispatch();
    const result = await task.promise;
    const busyMs = result.preprocessMs + result.inferenceMs + result.postprocessMs;
    return { ...result, queueMs: Math.max(0, performance.now() - enqueued - busyMs) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { refuse } of this.#waiting.splice(0)) refuse(closing());
    await Promise.all(this.#seats.map((seat) => seat.close()));
  }

  #dispatch(): void {
    for (let seat = this.#nextSeat(); seat; seat = this.#nextSeat()) {
      const task = this.#waiting.shift();
      if (!task) break;
      seat.give(task);
    }
    // Nobody idles while another has one to come.
    for (const idle of this.#seats.filter((seat) => seat.idle)) {
      let task: Task | undefined;
      for (const seat of this.#seats) task ??= seat.takeNextBack();
      if (task) idle.give(task);
    }
  }

  /** The one that is likely to begin the first. */
  #nextSeat(): WorkerSeat | undefined {
    const [first] = this.#seats
      .filter(({ hasRoomSince }) => hasRoomSince !== undefined)
      .toSorted((a, b) => Number(a.hasRoomSince) - Number(b.hasRoomSince));
    return first;
  }

  /** Of one that has come to its end. If no worker has begun it by now, none will. */
  #withdraw(task: Task): void {
    const place = this.#waiting.indexOf(task);
    if (place >= 0) this.#waiting.splice(place, 1);
    if (this.#seats.some((seat) => seat.withdraw(task))) this.#dispatch();
  }
}

function startInferenceWorker(setup: WorkerSetup): Worker {
  silenceRuntime();
  return new Worker(new URL('./inference-worker.ts', import.meta.url), { workerData: setup });
}
