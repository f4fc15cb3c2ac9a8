import { type Candidates, readCandidates } from '../yolo/candidates.ts';
import type { InputOrder } from '../yolo/input-order.ts';
import { boxesToImage, clipBoxes } from '../yolo/letterbox.ts';
import type { NetworkInputWriter } from '../yolo/network-input.ts';
import { nonMaximumSuppression } from '../yolo/non-maximum-suppression.ts';
import { PIXEL_MODES } from '../yolo/pixels.ts';
import { type InferenceJob, type InferenceResult, NETWORK_INPUT } from './inference-protocol.ts';
import type { Network } from './network.ts';

/** One image through the network: pixels or the network's input in, boxes in pixels of the image out. */
export async function search(
  network: Network,
  inputWriter: NetworkInputWriter,
  job: InferenceJob,
): Promise<InferenceResult> {
  const { letterbox } = job;
  const started = performance.now();
  const input = toInput(inputWriter, job, network.inputOrder);
  const preprocessed = performance.now();
  const size = { width: letterbox.inputWidth, height: letterbox.inputHeight };
  const output = await network.run(input, size, job.confidence);
  const inferred = performance.now();
  const candidates = readCandidates(output, network.classCount, job.confidence, job.classIds);
  const kept = pick(candidates, nonMaximumSuppression(candidates, job.iou, job.maxDetections));
  boxesToImage(kept.boxesXyxy, letterbox, job);
  if (!job.unclipped) clipBoxes(kept.boxesXyxy, job);
  return {
    ...kept,
    preprocessMs: preprocessed - started,
    inferenceMs: inferred - preprocessed,
    postprocessMs: performance.now() - inferred,
  };
}

function toInput(
  inputWriter: NetworkInputWriter,
  { layout, data, letterbox, ...size }: InferenceJob,
  order: InputOrder,
): Uint8Array {
  if (layout === NETWORK_INPUT) return data;
  return inputWriter.write(PIXEL_MODES[layout].toPixels(data, size), letterbox, order);
}

/** The candidates at `indices`, in that order, in memory of their own. */
function pick(candidates: Candidates, indices: readonly number[]): Candidates {
  return {
    boxesXyxy: Float32Array.from(
      indices.flatMap((index) => [...candidates.boxesXyxy.subarray(index * 4, index * 4 + 4)]),
    ),
    confidences: Float32Array.from(indices, (index) => candidates.confidences[index] as number),
    classIds: Int32Array.from(indices, (index) => candidates.classIds[index] as number),
  };
}
