import { MlPredictions, type Prediction } from '@boxwire/proto/mlpredictions/mlpredictions';
import { createClient, type Transport } from '@connectrpc/connect';
import type { Detection } from '../detections/detection.ts';
import { CONFIDENCE_FLOOR } from '../detections/filter-detections.ts';
import { callPatiently, limitedPatience } from '../uploads/passing.ts';
import type { Answer, SuppressedAnswer } from './answer.ts';
import { completeFrom, RAW_OPTIONS } from './raw-options.ts';

/**
 * Sends a picture's file as it is and waits for what the server finds in it. A server that is replaced meanwhile is
 * asked again.
 *
 * @param maxDetections how many boxes the server lists at most
 * @throws a DOMException when the file cannot be read (any more), else a ConnectError
 */
export async function searchPicture(
  transport: Transport,
  file: Blob,
  maxDetections: number,
  signal: AbortSignal,
  patience = limitedPatience(),
): Promise<Answer> {
  const data = new Uint8Array(await file.arrayBuffer());
  const request = { mode: '', data, options: { ...RAW_OPTIONS, maxDetections } };
  const client = createClient(MlPredictions, transport);
  let startedMs = 0;
  const call = () => {
    startedMs = performance.now();
    return client.predictSingleImage(request, { signal });
  };
  const reply = await callPatiently(call, { ...patience, signal });
  const totalMs = performance.now() - startedMs;
  const { decodeMs, queueMs, preprocessMs, inferenceMs, postprocessMs } = { ...NO_TIMES, ...reply.timings };
  const candidates = reply.object.map(toDetection);
  return {
    candidates,
    completeFrom: completeFrom(candidates, maxDetections),
    sizePx: { width: reply.width, height: reply.height },
    model: reply.model,
    times: { totalMs, decodeMs, queueMs, preprocessMs, inferenceMs, postprocessMs },
  };
}

/** Asks again about a picture with too many candidates, for one overlap alone. Throws as `searchPicture` does. */
export async function askForOverlap(
  transport: Transport,
  file: Blob,
  maxDetections: number,
  iou: number,
  signal: AbortSignal,
  patience = limitedPatience(),
): Promise<SuppressedAnswer> {
  const data = new Uint8Array(await file.arrayBuffer());
  const options = { confidence: CONFIDENCE_FLOOR, iou, maxDetections };
  const client = createClient(MlPredictions, transport);
  const call = () => client.predictSingleImage({ mode: '', data, options }, { signal });
  const { object } = await callPatiently(call, { ...patience, signal });
  return { iou, detections: object.map(toDetection) };
}

const NO_TIMES = { decodeMs: 0, queueMs: 0, preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };

function toDetection(prediction: Prediction, index: number): Detection {
  const { name, classId, confidence, xmin, ymin, xmax, ymax } = prediction;
  return { id: index, name, classId, confidence, boxXyxy: [xmin, ymin, xmax, ymax] };
}
