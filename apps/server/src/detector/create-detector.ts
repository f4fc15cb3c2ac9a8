import type { Model } from '../models/model.ts';
import { configureDecoder, type DecodeLimits, decodeImage } from './decode-image.ts';
import type { Detection, Detector } from './detector.ts';
import { freeBytes } from './free-bytes.ts';
import { createGate } from './gate.ts';
import { createInferencePool, type InferencePoolOptions } from './inference-pool.ts';
import type { InferenceResult } from './inference-protocol.ts';
import { type OptionLimits, planSearch } from './options.ts';
import { createSharedBlocks } from './shared-blocks.ts';

export interface DetectorSettings
  extends Partial<Pick<InferencePoolOptions, 'onWorkerDeath' | 'startWorker'>>,
    DecodeLimits,
    OptionLimits {
  /** Inference threads, each with its own session of the network. */
  readonly workers: number;
  /** Images that may wait to be let in. */
  readonly maxQueue: number;
  /** Bytes of images that may wait to be let in. */
  readonly maxQueueBytes: number;
}

/** Starts the inference workers; resolves when all of them are warm. */
export async function createDetector(model: Model, settings: DetectorSettings): Promise<Detector> {
  configureDecoder();
  const pool = await createInferencePool({ ...settings, model, threads: 1 });
  // As many images are decoded, or wait decoded, as are in the workers: enough to keep these busy, and a bound on memory.
  const concurrency = settings.workers * 2;
  const gate = createGate({
    capacity: concurrency,
    maxWaiting: settings.maxQueue,
    maxWaitingBytes: settings.maxQueueBytes,
  });

  const blocks = createSharedBlocks(concurrency);

  /** Pixels where workers see them. Who has put them there already also takes them away. */
  function share(pixels: Uint8Array) {
    if (isShared(pixels)) return { pixels, release() {} };
    const copy = blocks.take(pixels.length);
    copy.set(pixels);
    return { pixels: copy, release: () => blocks.give(copy) };
  }

  return {
    model,
    concurrency,
    backlog: gate.backlog,
    get ready() {
      return pool.ready;
    },
    check(options) {
      planSearch(options, model, settings);
    },
    async detect(image, options, signal, admission) {
      const plan = planSearch(options, model, settings);
      const arrived = performance.now();
      const leave = await gate.enter({ bytes: image.data.byteLength, signal, admission });
      try {
        const entered = performance.now();
        const decoded = await decodeImage(image, settings);
        const decodedAt = performance.now();
        const { pixels, release } = share(decoded.data);
        if (decoded.data !== image.data) freeBytes(decoded.data);
        const job = { ...decoded, ...plan.criteria, data: pixels, letterbox: plan.letterboxFor(decoded) };
        // A worker may still read the pixels of a job that was aborted, but nobody reads that job's result.
        const result = await pool.run(job, signal).finally(release);
        return {
          width: decoded.width,
          height: decoded.height,
          detections: toDetections(result, model.classes),
          timings: {
            decodeMs: decodedAt - entered,
            queueMs: entered - arrived + result.queueMs,
            preprocessMs: result.preprocessMs,
            inferenceMs: result.inferenceMs,
            postprocessMs: result.postprocessMs,
          },
        };
      } finally {
        leave();
      }
    },
    close: () => pool.close(),
  };
}

function isShared(data: Uint8Array): data is Uint8Array<SharedArrayBuffer> {
  return data.buffer instanceof SharedArrayBuffer;
}

function toDetections(result: InferenceResult, classes: readonly string[]): Detection[] {
  const { boxesXyxy, confidences, classIds } = result;
  return Array.from(confidences, (confidence, i) => {
    const [xmin, ymin, xmax, ymax] = boxesXyxy.subarray(i * 4, i * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const classId = classIds[i] as number;
    return { xmin, ymin, xmax, ymax, confidence, classId, name: classes[classId] ?? `class${classId}` };
  });
}
