import type { Model } from '../models/model.ts';
import type { Candidates } from '../yolo/candidates.ts';
import type { Letterbox, Size } from '../yolo/letterbox.ts';
import type { PixelMode } from '../yolo/pixels.ts';
import type { Claim } from './claim.ts';
import type { Timings } from './detector.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly model: Model;
  /** Threads that one run of the network may use. */
  readonly threads: number;
  /** The same while the server has nothing else to do, if that is more. */
  readonly loneThreads?: number;
}

/** Which boxes are wanted; see `DetectionOptions`. */
export interface SearchCriteria {
  readonly confidence: number;
  readonly iou: number;
  readonly maxDetections: number;
  /** Absent means all. */
  readonly classIds?: ReadonlySet<number>;
  readonly unclipped?: boolean;
}

/** See `NetworkInputWriter.write`. */
export const NETWORK_INPUT = 'network input';

/** One image for a worker; its size is the upright image's, in pixels. */
export interface InferenceJob extends SearchCriteria, Size {
  /** How `data` is laid out: pixels of the image, or what the network takes of it already. */
  readonly layout: PixelMode | typeof NETWORK_INPUT;
  /** In memory that the worker can see until the job has ended. */
  readonly data: Uint8Array<SharedArrayBuffer>;
  readonly letterbox: Letterbox;
  /** Nothing else is to be done: it may take all cores. */
  readonly isAlone?: boolean;
}

/** The boxes of one image, most confident first, in pixels of the image, clipped to it unless the job is `unclipped`. */
export interface InferenceResult extends Candidates, Omit<Timings, 'decodeMs' | 'queueMs'> {}

/** What a worker is told, to be done in order: a job, unless somebody else has claimed it when its turn comes, or to end. */
export type WorkerOrder = { readonly job: InferenceJob; readonly claim: Claim } | 'close';

/** What a worker says: that it is warm, that it begins nothing until it says `ready` again, or how a job went. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'away' }
  | { readonly kind: 'done'; readonly result: InferenceResult }
  | { readonly kind: 'failed'; readonly error: unknown };
