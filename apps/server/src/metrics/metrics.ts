import type { DescMethod } from '@bufbuild/protobuf';
import type { Code } from '@connectrpc/connect';
import type { Timings } from '../detector/detector.ts';
import type { DetectorErrorKind } from '../detector/detector-error.ts';
import type { Model } from '../models/model.ts';

/** What became of an image. One whose deadline passed was cancelled, too. */
export type ImageResult = 'ok' | DetectorErrorKind | 'cancelled' | 'internal';

/** What the server counts and measures, for Prometheus to fetch: there in seconds and bytes. */
export interface Metrics {
  /** All of it in Prometheus' text format, and the media type of that. */
  read(): Promise<{ readonly type: string; readonly text: string }>;
  /** Adds a number that is asked for each time all are read. */
  gauge(name: string, help: string, value: () => number): void;
  /** From now on this model answers. */
  answersWith(model: Model): void;
  callStarted(method: DescMethod): void;
  /** @param code absent where all went well */
  callHandled(method: DescMethod, durationMs: number, code?: Code): void;
  imageTaken(): void;
  /** @param timings of one that was searched */
  imageDone(result: ImageResult, durationMs: number, timings?: Timings): void;
  died(process: 'inference-worker' | 'picture-decoder'): void;
}
