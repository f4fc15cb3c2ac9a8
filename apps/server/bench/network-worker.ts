// One worker that does nothing but run the network: the ceiling of everything else.
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerSetup } from '../src/detector/inference-protocol.ts';
import { openNetwork } from '../src/detector/network.ts';
import type { Size } from '../src/yolo/letterbox.ts';

export interface NetworkOrder {
  /** How long to go on; at least once. */
  readonly seconds: number;
  readonly size: Size;
}

const setup = workerData as WorkerSetup;
const network = await openNetwork(setup);

parentPort?.on('message', async ({ seconds, size }: NetworkOrder) => {
  const input = new Uint8Array(3 * size.width * size.height).fill(128);
  const started = performance.now();
  let runs = 0;
  do {
    await network.run(input, size, 0.25);
    runs++;
  } while (performance.now() - started < seconds * 1000);
  parentPort?.postMessage(runs / ((performance.now() - started) / 1000));
});
parentPort?.postMessage('ready');
