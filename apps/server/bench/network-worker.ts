// One worker that does nothing but run the network: the ceiling of everything else.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerSetup } from '../src/detector/inference-protocol.ts';
import { openInputWriter } from '../src/detector/input-writer.ts';
import { openNetwork } from '../src/detector/network.ts';
import { fixedLetterbox } from '../src/yolo/letterbox.ts';
import { PIXEL_MODES } from '../src/yolo/pixels.ts';
import type { Picture } from './pictures.ts';

export interface NetworkOrder {
  /** How long to go on; at least once. */
  readonly seconds: number;
  /** `network input ...` of the pictures. */
  readonly picture: Picture;
}

const setup = workerData as WorkerSetup;
const network = await openNetwork(setup);
const { write } = await openInputWriter();
const inputs = new Map<string, Uint8Array>();

/** Made once: not part of what is measured. */
function inputOf({ file, ...size }: Picture): Uint8Array {
  const pixels = () => PIXEL_MODES.RGB.toPixels(readFileSync(file), size);
  const input = inputs.get(file) ?? write(pixels(), fixedLetterbox(size, size), network.inputOrder).slice();
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
