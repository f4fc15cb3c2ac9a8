// Speaks the protocol of the real worker, and does what the job's width says.
import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceJob, WorkerMessage, WorkerOrder } from '../../src/detector/inference-protocol.ts';

export const DIE = 666;
export const FAIL = 667;

interface Setup {
  /** Jobs wait until this is not zero. */
  gate: Int32Array;
  /** Counts the jobs that were computed. */
  computed: Int32Array;
  diesAtStart: boolean;
}

const { gate, computed, diesAtStart } = (workerData ?? {}) as Setup;

function say(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function compute({ width }: InferenceJob): void {
  Atomics.wait(gate, 0, 0);
  Atomics.add(computed, 0, 1);
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
}

if (parentPort) {
  if (diesAtStart) throw new Error('the model cannot be loaded');
  parentPort.on('message', (order: WorkerOrder) =>
    order === 'close' ? parentPort?.close() : compute(order),
  );
  say({ kind: 'ready' });
}
