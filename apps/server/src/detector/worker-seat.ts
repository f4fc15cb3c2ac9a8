import type { Worker } from 'node:worker_threads';
import { DetectorError } from './detector-error.ts';
import type { InferenceJob, InferenceResult, WorkerMessage, WorkerOrder } from './inference-protocol.ts';

/** A place that always has a worker: one that dies is replaced. */
export interface WorkerSeat {
  /** A worker is warm and has nothing to do. */
  readonly idle: boolean;
  /** A worker is warm, busy or not. */
  readonly warm: boolean;
  /** Settles once: when the first worker is warm, or with what kept it from starting. */
  readonly opened: Promise<void>;
  /**
   * Hands a job to the worker, which must be idle.
   * @throws {DetectorError} `unavailable` when the worker dies over it
   */
  run(job: InferenceJob): Promise<InferenceResult>;
  /** Rejects the job at once; resolves when the worker has ended, which computes it to its end. */
  close(): Promise<void>;
}

export interface WorkerSeatEvents {
  /** The worker can take a job. */
  readonly onIdle: () => void;
  /** A worker died after the first one was warm, and is being replaced. */
  readonly onDeath: (cause: Error) => void;
}

/** A worker that dies before it is warm is replaced after this long, doubled each time it happens again. */
const RESTART_DELAY_MS = 250;
const MAX_RESTART_DELAY_MS = 30_000;

/**
 * A worker is asked to end, never terminated: ONNX Runtime takes the whole process with it when its thread is stopped
 * within a run.
 */
export function createWorkerSeat(startWorker: () => Worker, events: WorkerSeatEvents): WorkerSeat {
  const opened = Promise.withResolvers<void>();
  let worker: Worker;
  let ended: Promise<unknown>;
  let state: 'starting' | 'idle' | 'busy' | 'closed' = 'starting';
  let everWarm = false;
  let failedStarts = 0;
  let task: PromiseWithResolvers<InferenceResult> | undefined;

  function start(): void {
    state = 'starting';
    worker = startWorker();
    ended = new Promise((resolve) => worker.once('exit', resolve));
    let cause: Error | undefined;
    worker.on('message', handleMessage);
    worker.on('error', (error) => {
      cause = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', (code) =>
      handleExit(cause ?? new Error(`an inference worker exited with code ${code}`)),
    );
  }

  function handleMessage(message: WorkerMessage): void {
    // What it had begun it ends before it does.
    if (state === 'closed') return;
    const finished = task;
    task = undefined;
    state = 'idle';
    everWarm = true;
    failedStarts = 0;
    opened.resolve();
    if (message.kind === 'done') finished?.resolve(message.result);
    if (message.kind === 'failed') finished?.reject(message.error);
    events.onIdle();
  }

  function handleExit(cause: Error): void {
    task?.reject(
      new DetectorError('unavailable', 'the inference worker of this image died; try again', { cause }),
    );
    task = undefined;
    opened.reject(cause);
    if (state === 'closed' || !everWarm) return;
    const delay =
      state === 'starting' ? Math.min(RESTART_DELAY_MS * 2 ** failedStarts++, MAX_RESTART_DELAY_MS) : 0;
    state = 'starting';
    events.onDeath(cause);
    setTimeout(() => state !== 'closed' && start(), delay).unref();
  }

  start();
  return {
    get idle() {
      return state === 'idle';
    },
    get warm() {
      return state === 'idle' || state === 'busy';
    },
    opened: opened.promise,
    run(job) {
      state = 'busy';
      task = Promise.withResolvers();
      worker.postMessage(job);
      return task.promise;
    },
    async close() {
      state = 'closed';
      task?.reject(new DetectorError('unavailable', 'the detector is closing'));
      task = undefined;
      worker.postMessage('close' satisfies WorkerOrder);
      await ended;
    },
  };
}
