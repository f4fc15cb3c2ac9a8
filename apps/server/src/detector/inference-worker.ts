// The entry point of an inference worker: a thread with its own session. One job at a time.
import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceJob, WorkerMessage, WorkerSetup } from './inference-protocol.ts';
import { openNetwork } from './network.ts';
import { search } from './search.ts';

const port = parentPort;
if (!port) throw new Error('inference-worker is started as a worker thread');

function say(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

const network = await openNetwork(workerData as WorkerSetup);
await network.warmUp();
port.on('message', async (job: InferenceJob) => {
  try {
    const result = await search(network, job);
    say({ kind: 'done', result }, [
      result.boxesXyxy.buffer as ArrayBuffer,
      result.confidences.buffer as ArrayBuffer,
      result.classIds.buffer as ArrayBuffer,
    ]);
  } catch (error) {
    say({ kind: 'failed', error });
  }
});
say({ kind: 'ready' });
