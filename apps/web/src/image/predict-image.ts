import { MlPredictions, type Prediction } from '@boxwire/proto/mlpredictions/mlpredictions';
import { createClient, type Transport } from '@connectrpc/connect';
import type { Detection } from '../detections/detection.ts';
import { CONFIDENCE_FLOOR } from '../detections/filter-detections.ts';
import type { Answer } from './answer.ts';

/**
 * Sends a picture's file as it is and waits for what the server finds in it.
 *
 * @throws a DOMException when the file cannot be read (any more), else a ConnectError
 */
export async function predictImage(transport: Transport, file: Blob, signal: AbortSignal): Promise<Answer> {
  const data = new Uint8Array(await file.arrayBuffer());
  const startedMs = performance.now();
  const request = { mode: '', data, options: { confidence: CONFIDENCE_FLOOR } };
  const reply = await createClient(MlPredictions, transport).predictSingleImage(request, { signal });
  const totalMs = performance.now() - startedMs;
  const {
    decodeMs = 0,
    queueMs = 0,
    preprocessMs = 0,
    inferenceMs = 0,
    postprocessMs = 0,
  } = reply.timings ?? {};
  return {
    detections: reply.object.map(toDetection),
    sizePx: { width: reply.width, height: reply.height },
    model: reply.model,
    times: { totalMs, decodeMs, queueMs, preprocessMs, inferenceMs, postprocessMs },
  };
}

function toDetection(prediction: Prediction, index: number): Detection {
  const { name, classId, confidence, xmin, ymin, xmax, ymax } = prediction;
  return { id: index, name, classId, confidence, boxXyxy: [xmin, ymin, xmax, ymax] };
}
