import { readImageHeader, toThumbnail } from '../../src/detector/decoder/decode-file.ts';
import type {
  Admission,
  DetectionOptions,
  DetectionResult,
  Detector,
  SourceImage,
} from '../../src/detector/detector.ts';
import { createBell } from '../../src/flow/bell.ts';

/** One image that was given to the detector and waits for the test to decide. */
export interface Job {
  readonly image: SourceImage;
  readonly options: DetectionOptions;
  readonly signal: AbortSignal | undefined;
  readonly admission: Admission | undefined;
  readonly caller: string | undefined;
  answer(result?: Partial<DetectionResult>): void;
  fail(error: unknown): void;
}

export interface FakeDetector extends Detector {
  /** Every image it was ever given, in order. */
  readonly jobs: readonly Job[];
  /** Whoever said to its backlog that they would bring one, in order. */
  readonly announced: readonly unknown[];
  ready: boolean;
  /** Whether from now on it is asked to bring nothing. */
  holdBack(held: boolean): void;
  /** From now on every image is answered at once; those that wait are answered now. */
  answerAll(): void;
  /** From now on this decides about every new image, before it becomes a job. */
  intercept: ((image: SourceImage) => void) | undefined;
}

export const MODEL = {
  ...{ name: 'fake', classes: ['bottle', 'cup'], stride: 32, elementType: 'float32' as const },
  ...{
    precision: 'float32' as const,
    inputOrder: 'planes' as const,
    inputName: 'images',
    hasFloor: true,
    outputName: 'output0',
    sha256: 'ab'.repeat(32),
    onnxPath: '/nowhere',
  },
};

const TIMINGS = { decodeMs: 1, queueMs: 2, preprocessMs: 3, inferenceMs: 4, postprocessMs: 5 };

/** One bottle, as wide as the image, so that answers can be told apart. */
export function resultFor(image: SourceImage): DetectionResult {
  const { width, height } = image;
  const box = { xmin: 0.5, ymin: 1, xmax: width, ymax: height, confidence: 0.75, classId: 0, name: 'bottle' };
  return { width, height, detections: [box], timings: TIMINGS };
}

/** A detector that does what the test says. Like the real one, it rejects when the signal aborts. */
export function createFakeDetector(concurrency = 2): FakeDetector {
  const jobs: Job[] = [];
  const announced: unknown[] = [];
  let answersAll = false;
  let holdsBack = false;
  const letCome = createBell();
  return {
    model: MODEL,
    concurrency,
    ready: true,
    backlog: {
      announce(caller) {
        announced.push(caller);
        return { turn: holdsBack ? letCome.rung() : undefined, end() {} };
      },
    },
    holdBack(held) {
      holdsBack = held;
      if (!held) letCome.ring();
    },
    jobs,
    announced,
    intercept: undefined,
    check() {},
    answerAll() {
      answersAll = true;
      for (const job of jobs) job.answer();
    },
    async detect(image, options, { signal, admission, caller } = {}) {
      this.intercept?.(image);
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<DetectionResult>();
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      const answer = (result: Partial<DetectionResult> = {}) => resolve({ ...resultFor(image), ...result });
      jobs.push({ image, options, signal, admission, caller, answer, fail: reject });
      if (answersAll) answer();
      return promise;
    },
    // As the decoders' processes do it, but without them.
    readHeader: readImageHeader,
    toThumbnail: ({ data, ...size }, sidePx) => toThumbnail(data, { ...size, sidePx }),
    async close() {},
  };
}
