// Speaks the protocol of the real worker, and does what the job's width says.
import { parentPort, workerData } from 'node:worker_threads';
import { take } from '../../src/detector/claim.ts';
import type { InferenceJob, WorkerMessage, WorkerOrder } from '../../src/detector/inference-protocol.ts';

export const DIE = 666;
export const FAIL = 667;
export const SLOW = 668;
/** Is done, and then away until the second gate opens. */
export const LEAVE = 669;

interface Setup {
  /** Jobs wait until the first is not zero, slow ones until the second is not. */
  gates: Int32Array;
  /** Counts the jobs that were begun, and those that were computed. */
  counts: Int32Array;
  diesAtStart: boolean;
}

const { gates, counts, diesAtStart } = (workerData ?? {}) as Setup;

function say(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function compute({ width }: InferenceJob): void {
  Atomics.add(counts, 0, 1);
  Atomics.notify(counts, 0);
  Atomics.wait(gates, width === SLOW ? 1 : 0, 0);
  Atomics.add(counts, 1, 1);
  if (width === DIE) throw new Error('the worker broke');
  if (width === FAIL) {
    say({ kind: 'failed', error: new Error('the job failed') });
    return;
  }
  const result = {
    boxesXyxy: new Float32Array(4),
    confidences: Float32Array.from([width]),
    classIds: new Int32Array(1),
    preprocessMs: 0,
    inferenceMs: 0,
    postprocessMs: 0,
  };
  say({ kind: 'done', result });
  if (width !== LEAVE) return;
  say({ kind: 'away' });
  Atomics.wait(gates, 1, 0);
  say({ kind: 'ready' });
}

if (parentPort) {
  if (diesAtStart) throw new Error('the model cannot be loaded');
  parentPort.on('message', (order: WorkerOrder) => {
    if (order === 'close') parentPort?.close();
    else if (take(order.claim)) compute(order.job);
  });
  say({ kind: 'ready' });
}
