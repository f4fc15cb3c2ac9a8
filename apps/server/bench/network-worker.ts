// One worker that does nothing but run the network: the ceiling of everything else.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerSetup } from '../src/detector/inference-protocol.ts';
import { openNetwork } from '../src/detector/network.ts';
import type { Picture } from './pictures.ts';

export interface NetworkOrder {
  /** How long to go on; at least once. */
  readonly seconds: number;
  /** `network input ...` of the pictures. */
  readonly picture: Picture;
}

const setup = workerData as WorkerSetup;
const network = await openNetwork(setup);
const inputs = new Map<string, Uint8Array>();

function inputOf({ file }: Picture): Uint8Array {
  const input = inputs.get(file) ?? readFileSync(file);
  inputs.set(file, input);
  return input;
}

parentPort?.on('message', async ({ seconds, picture }: NetworkOrder) => {
  const input = inputOf(picture);
  const started = performance.now();
  let runs = 0;
  do {
    await network.run(input, picture, 0.25);
    runs++;
  } while (performance.now() - started < seconds * 1000);
  parentPort?.postMessage(runs / ((performance.now() - started) / 1000));
});
parentPort?.postMessage('ready');
