import type { Worker } from 'node:worker_threads';
import { type Claim, createClaim, take } from './claim.ts';
import { closing, DetectorError } from './detector-error.ts';
import type { InferenceJob, InferenceResult, WorkerMessage, WorkerOrder } from './inference-protocol.ts';
import { restartDelayMs } from './restart-delay.ts';

/** A job and who waits for it. */
export interface Task {
  readonly job: InferenceJob;
  resolve(result: InferenceResult): void;
  reject(error: unknown): void;
}

/** A place that always has a worker: one that dies is replaced. */
export interface WorkerSeat {
  /** A worker is warm and has nothing to do. */
  readonly idle: boolean;
  /** Since when its worker has had one task and could be given the next, by `performance.now()`: 0 if it is idle, undefined if it can be given none. */
  readonly hasRoomSince: number | undefined;
  /** A worker is warm, busy or not. */
  readonly warm: boolean;
  /** Settles once: when the first worker is warm, or with what kept it from starting. */
  readonly opened: Promise<void>;
  /** Hands over a task, to begin at once if idle, otherwise as soon as the one that it has is done. */
  give(task: Task): void;
  /** Takes back the task that is to come next, unless it has begun by now. */
  takeNextBack(): Task | undefined;
  /** @returns whether it was here and has not begun, and never will */
  withdraw(task: Task): boolean;
  /** Rejects what it has at once; resolves when the worker has ended, which computes to its end what it has begun. */
  close(): Promise<void>;
}

export interface WorkerSeatEvents {
  /** The worker can take a task. */
  readonly onRoom: () => void;
  /** These will not be begun here, in their order: the worker has died before, or is away. */
  readonly onReturn: (tasks: readonly Task[]) => void;
  /** A worker died after the first one was warm, and is being replaced. */
  readonly onDeath: (cause: Error) => void;
}

/**
 * A worker is given one job ahead: it would otherwise do nothing until this thread has heard that the last is done.
 * It is asked to end, never terminated: ONNX Runtime takes the whole process with it when its thread is stopped within a run.
 */
export function createWorkerSeat(startWorker: () => Worker, events: WorkerSeatEvents): WorkerSeat {
  const opened = Promise.withResolvers<void>();
  let worker: Worker;
  let ended: Promise<unknown>;
  let state: 'starting' | 'warm' | 'closed' = 'starting';
  let everWarm = false;
  let failedStarts = 0;
  /** In the worker's order. It may have begun the second, too, if it is done with the first and this thread has not heard so yet. */
  let handed: { readonly task: Task; readonly claim: Claim }[] = [];
  let busySince = 0;
  /** The worker begins none of them for now. */
  let isAway = false;

  function start(): void {
    state = 'starting';
    isAway = false;
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
    state = 'warm';
    everWarm = true;
    failedStarts = 0;
    opened.resolve();
    isAway = message.kind === 'away';
    if (isAway) events.onReturn(takeAllBack());
    if (message.kind === 'done' || message.kind === 'failed') {
      const task = handed.shift()?.task;
      busySince = performance.now();
      if (message.kind === 'done') task?.resolve(message.result);
      else task?.reject(message.error);
    }
    events.onRoom();
  }

  function handleExit(cause: Error): void {
    const lost = handed;
    handed = [];
    const wasStarting = state === 'starting';
    if (state !== 'closed') state = 'starting';
    const { begun = [], unbegun = [] } = Object.groupBy(lost, ({ claim }) =>
      take(claim) ? 'unbegun' : 'begun',
    );
    for (const { task } of begun) task.reject(death(cause));
    events.onReturn(unbegun.map(({ task }) => task));
    opened.reject(cause);
    if (state === 'closed' || !everWarm) return;
    if (wasStarting) failedStarts++;
    events.onDeath(cause);
    setTimeout(() => state !== 'closed' && start(), restartDelayMs(failedStarts)).unref();
  }

  function takeBack(index: number): Task | undefined {
    const entry = handed[index];
    if (!entry || !take(entry.claim)) return undefined;
    handed.splice(index, 1);
    return entry.task;
  }

  function takeAllBack(): Task[] {
    return [...handed].flatMap((entry) => takeBack(handed.indexOf(entry)) ?? []);
  }

  start();
  return {
    get idle() {
      return state === 'warm' && !isAway && handed.length === 0;
    },
    get hasRoomSince() {
      if (state !== 'warm' || isAway || handed.length > 1) return undefined;
      return handed.length === 0 ? 0 : busySince;
    },
    get warm() {
      return state === 'warm';
    },
    opened: opened.promise,
    give(task) {
      const claim = createClaim();
      if (handed.length === 0) busySince = performance.now();
      handed.push({ task, claim });
      worker.postMessage({ job: task.job, claim } satisfies WorkerOrder);
    },
    takeNextBack: () => takeBack(1),
    withdraw: (task) => takeBack(handed.findIndex((entry) => entry.task === task)) !== undefined,
    async close() {
      state = 'closed';
      for (const { task, claim } of handed) {
        take(claim);
        task.reject(closing());
      }
      handed = [];
      worker.postMessage('close' satisfies WorkerOrder);
      await ended;
    },
  };
}

function death(cause: Error): DetectorError {
  return new DetectorError('unavailable', 'the inference worker of this image died; try again', { cause });
}
