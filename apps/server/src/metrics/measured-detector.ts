import type { Detector } from '../detector/detector.ts';
import { DetectorError } from '../detector/detector-error.ts';
import type { ImageResult, Metrics } from './metrics.ts';

/** The same detector, with every image counted and measured. */
export function measuredDetector(detector: Detector, metrics: Metrics): Detector {
  const { model, concurrency, backlog, check, readHeader, toThumbnail } = detector;
  return {
    ...{ model, concurrency, backlog, check, readHeader, toThumbnail },
    get ready() {
      return detector.ready;
    },
    async detect(image, options, turn) {
      const takenAt = performance.now();
      const durationMs = () => performance.now() - takenAt;
      metrics.imageTaken();
      try {
        const result = await detector.detect(image, options, turn);
        metrics.imageDone('ok', durationMs(), result.timings);
        return result;
      } catch (error) {
        metrics.imageDone(resultOf(error, turn?.signal), durationMs());
        throw error;
      }
    },
    close: () => detector.close(),
  };
}

function resultOf(error: unknown, signal: AbortSignal | undefined): ImageResult {
  if (signal?.aborted) return 'cancelled';
  return error instanceof DetectorError ? error.kind : 'internal';
}
