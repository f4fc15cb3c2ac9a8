import type { Worker } from 'node:worker_threads';
import type { Waiter } from '../flow/waiter.ts';
import { type Claim, createClaim, take } from './claim.ts';
import { closing, DetectorError } from './detector-error.ts';
import type { InferenceJob, InferenceResult, WorkerMessage, WorkerOrder } from './inference-protocol.ts';
import { restartDelayMs } from './restart-delay.ts';

/** A job and who waits for it. */
export interface Task extends Waiter<InferenceResult> {
  readonly job: InferenceJob;
}

export interface WorkerSeatEvents {
  /** The worker can take a task. */
  readonly onRoom: () => void;
  /** These will not be begun here, in their order: the worker has died before, or is away. */
  readonly onReturn: (tasks: readonly Task[]) => void;
  /** A worker died after the first one was warm, and is being replaced. */
  readonly onDeath: (cause: Error) => void;
}

/** A task in a worker's hands, and whether it has begun it. */
interface Handed {
  readonly task: Task;
  readonly claim: Claim;
}

/**
 * A place that always has a worker: one that dies is replaced. It is given one job ahead: it would otherwise do nothing
 * until this thread has heard that the last is done. It is asked to end, never terminated: ONNX Runtime takes the whole
 * process with it when its thread is stopped within a run.
 */
export class WorkerSeat {
  readonly #startWorker: () => Worker;
  readonly #events: WorkerSeatEvents;
  readonly #opened = Promise.withResolvers<void>();
  #worker: Worker;
  #ended: Promise<unknown> = Promise.resolve();
  #state: 'starting' | 'warm' | 'closed' = 'starting';
  #everWarm = false;
  #failedStarts = 0;
  /** In the worker's order. It may have begun the second, too, if it is done with the first and this thread has not heard so yet. */
  #handed: Handed[] = [];
  #busySince = 0;
  /** The worker begins none of them for now. */
  #isAway = false;

  constructor(startWorker: () => Worker, events: WorkerSeatEvents) {
    this.#startWorker = startWorker;
    this.#events = events;
    this.#worker = this.#start();
  }

  /** A worker is warm and has nothing to do. */
  get idle(): boolean {
    return this.hasRoomSince === 0;
  }

  /** Since when its worker has had one task and could be given the next, by `performance.now()`: 0 if it is idle, undefined if it can be given none. */
  get hasRoomSince(): number | undefined {
    if (!this.warm || this.#isAway || this.#handed.length > 1) return undefined;
    return this.#handed.length === 0 ? 0 : this.#busySince;
  }

  /** A worker is warm, busy or not. */
  get warm(): boolean {
    return this.#state === 'warm';
  }

  /** Settles once: when the first worker is warm, or with what kept it from starting. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Hands over a task, to begin at once if idle, otherwise as soon as the one that it has is done. */
  give(task: Task): void {
    const claim = createClaim();
    if (this.#handed.length === 0) this.#busySince = performance.now();
    this.#handed.push({ task, claim });
    this.#worker.postMessage({ job: task.job, claim } satisfies WorkerOrder);
  }

  /** Takes back the task that is to come next, unless it has begun by now. */
  takeNextBack(): Task | undefined {
    return this.#takeBack(1);
  }

  /** @returns whether it was here and has not begun, and never will */
  withdraw(task: Task): boolean {
    return this.#takeBack(this.#handed.findIndex((handed) => handed.task === task)) !== undefined;
  }

  /** Rejects what it has at once; resolves when the worker has ended, which computes to its end what it has begun. */
  async close(): Promise<void> {
    this.#state = 'closed';
    for (const { task, claim } of this.#handed.splice(0)) {
      take(claim);
      task.refuse(closing());
    }
    this.#worker.postMessage('close' satisfies WorkerOrder);
    await this.#ended;
  }

  #start(): Worker {
    this.#state = 'starting';
    this.#isAway = false;
    const worker = this.#startWorker();
    this.#ended = new Promise((resolve) => worker.once('exit', resolve));
    let cause: Error | undefined;
    worker.on('message', (message) => this.#handleMessage(message));
    worker.on('error', (error) => {
      cause = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', (code) =>
      this.#handleExit(cause ?? new Error(`an inference worker exited with code ${code}`)),
    );
    return worker;
  }

  #handleMessage(message: WorkerMessage): void {
    // What it had begun it ends before it does.
    if (this.#state === 'closed') return;
    this.#state = 'warm';
    this.#everWarm = true;
    this.#failedStarts = 0;
    this.#opened.resolve();
    this.#isAway = message.kind === 'away';
    if (this.#isAway) this.#events.onReturn(this.#takeAllBack());
    if (message.kind === 'done' || message.kind === 'failed') {
      const task = this.#handed.shift()?.task;
      this.#busySince = performance.now();
      if (message.kind === 'done') task?.give(message.result);
      else task?.refuse(message.error);
    }
    this.#events.onRoom();
  }

  #handleExit(cause: Error): void {
    const wasStarting = this.#state === 'starting';
    if (this.#state !== 'closed') this.#state = 'starting';
    const unbegun = this.#takeAllBack();
    for (const { task } of this.#handed.splice(0)) task.refuse(death(cause));
    this.#events.onReturn(unbegun);
    this.#opened.reject(cause);
    if (this.#state === 'closed' || !this.#everWarm) return;
    if (wasStarting) this.#failedStarts++;
    this.#events.onDeath(cause);
    setTimeout(() => {
      if (this.#state !== 'closed') this.#worker = this.#start();
    }, restartDelayMs(this.#failedStarts)).unref();
  }

  #takeBack(index: number): Task | undefined {
    const handed = this.#handed[index];
    if (!handed || !take(handed.claim)) return undefined;
    this.#handed.splice(index, 1);
    return handed.task;
  }

  #takeAllBack(): Task[] {
    return [...this.#handed].flatMap((handed) => this.#takeBack(this.#handed.indexOf(handed)) ?? []);
  }
}

function death(cause: Error): DetectorError {
  return new DetectorError('unavailable', 'the inference worker of this image died; try again', { cause });
}
