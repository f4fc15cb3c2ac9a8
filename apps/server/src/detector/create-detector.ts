import { copyBytes } from '@boxwire/video/copy-bytes';
import type { Model } from '../models/model.ts';
import { letterboxFor, type Scaling } from '../yolo/letterbox.ts';
import { checkRaw } from './check-raw.ts';
import { createPictures, type Pictures, type PicturesOptions } from './decoder/pictures.ts';
import type { Detection, Detector, SourceImage } from './detector.ts';
import { invalid } from './detector-error.ts';
import { Gate } from './gate.ts';
import { InferencePool, type InferencePoolOptions } from './inference-pool.ts';
import { type InferenceResult, NETWORK_INPUT } from './inference-protocol.ts';
import { type OptionLimits, planSearch } from './options.ts';
import { createSharedBlocks, isShared } from './shared-blocks.ts';

export interface DetectorSettings
  extends Partial<Pick<InferencePoolOptions, 'onWorkerDeath' | 'startWorker'>>,
    OptionLimits {
  /** Width times height that an image may have. */
  readonly maxPixels: number;
  /** Told each time that a process which decodes pictures died and is replaced. */
  readonly onDecoderDeath?: PicturesOptions['onDeath'];
  /** Inference threads, each with its own session of the network. */
  readonly workers: number;
  /** Images that may wait to be let in. */
  readonly maxQueue: number;
  /** Bytes of images that may wait to be let in. */
  readonly maxQueueBytes: number;
}

/** More cores on one image have not been measured. */
const MAX_LONE_THREADS = 8;

/** Starts the inference workers and the decoders; resolves when all of them are warm. */
export async function createDetector(model: Model, settings: DetectorSettings): Promise<Detector> {
  const [pool, pictures] = await openParts(model, settings);
  // As many images are decoded, or wait decoded, as are in the workers: enough to keep these busy, and a bound on memory.
  const concurrency = settings.workers * 2;
  const gate = new Gate({
    capacity: concurrency,
    maxWaiting: settings.maxQueue,
    maxWaitingBytes: settings.maxQueueBytes,
  });
  const share = createSharing(pictures, settings.maxPixels);

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
    async detect(image, options, turn = {}) {
      const plan = planSearch(options, model, settings);
      const arrived = performance.now();
      const leave = await gate.enter({ ...turn, bytes: image.data.byteLength });
      try {
        const entered = performance.now();
        const { release, preprocessMs, ...shared } = await share(image, plan.scaling, turn.signal);
        const decodeMs = Math.max(0, performance.now() - entered - preprocessMs);
        const job = { ...shared, ...plan.criteria, isAlone: gate.hasOne };
        // A worker may still read the pixels of a job that was aborted, but nobody reads that job's result.
        const result = await pool.run(job, turn.signal).finally(release);
        return {
          width: job.width,
          height: job.height,
          detections: toDetections(result, model.classes),
          timings: {
            decodeMs,
            queueMs: entered - arrived + result.queueMs,
            preprocessMs: preprocessMs + result.preprocessMs,
            inferenceMs: result.inferenceMs,
            postprocessMs: result.postprocessMs,
          },
        };
      } finally {
        leave();
      }
    },
    readHeader: pictures.readHeader,
    toThumbnail: pictures.toThumbnail,
    async close() {
      await Promise.all([pool.close(), pictures.close()]);
    },
  };
}

/** @returns puts an image where workers see it. Who has put it there already also takes it away */
function createSharing(pictures: Pictures, maxPixels: number) {
  const blocks = createSharedBlocks();
  return async (image: SourceImage, scaling: Scaling, signal: AbortSignal | undefined) => {
    const { mode, width, height, data } = image;
    if (data.length === 0) throw invalid('data is empty');
    if (mode === '') {
      const prepared = await pictures.prepare(image, scaling, blocks.take, signal);
      return { layout: NETWORK_INPUT, ...prepared, release: () => blocks.give(prepared.data) } as const;
    }
    const layout = checkRaw(image, maxPixels);
    const pixels = { layout, width, height, letterbox: letterboxFor(image, scaling), preprocessMs: 0 };
    if (isShared(data)) return { ...pixels, data, release() {} };
    const copy = blocks.take(data.length);
    copyBytes(data, copy);
    return { ...pixels, data: copy, release: () => blocks.give(copy) };
  };
}

/** Where one of the two cannot be opened the other is closed. */
async function openParts(model: Model, settings: DetectorSettings) {
  const { workers, maxPixels, onDecoderDeath } = settings;
  const loneThreads = Math.min(workers, MAX_LONE_THREADS);
  const pool = InferencePool.open({ ...settings, model, threads: 1, loneThreads });
  const pictures = createPictures({
    ...{ maxPixels, count: workers, inputOrder: model.inputOrder },
    ...(onDecoderDeath && { onDeath: onDecoderDeath }),
  });
  try {
    return await Promise.all([pool, pictures]);
  } catch (error) {
    for (const opened of await Promise.allSettled([pool, pictures]))
      if (opened.status === 'fulfilled') await opened.value.close();
    throw error;
  }
}

function toDetections(result: InferenceResult, classes: readonly string[]): Detection[] {
  const { boxesXyxy, confidences, classIds } = result;
  return Array.from(confidences, (confidence, i) => {
    const [xmin = 0, ymin = 0, xmax = 0, ymax = 0] = boxesXyxy.subarray(i * 4, i * 4 + 4);
    const classId = classIds[i] as number;
    return { xmin, ymin, xmax, ymax, confidence, classId, name: classes[classId] ?? `class${classId}` };
  });
}
