import type { Backlog } from '../flow/backlog.ts';
import type { Model } from '../models/model.ts';
import type { Size } from '../yolo/letterbox.ts';
import type { Pictures } from './decoder/pictures.ts';

/**
 * An image as a caller hands it in. Its bytes are read, never changed, and until the answer is there the caller must not
 * change them either. Pixels in shared memory are searched where they are; others are copied there.
 */
export interface SourceImage {
  /** A layout of raw pixels, one of `PIXEL_MODES`, or empty for an encoded file; anything else is refused. */
  readonly mode: string;
  /** In pixels; 0 when unknown, which only an encoded file may be. */
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Absent fields take the reference's values: confidence 0.25, IoU 0.45, 1000 boxes, all classes, 640 px. */
export interface DetectionOptions {
  /** 0 to 1. */
  readonly confidence?: number | undefined;
  /** 0 to 1. */
  readonly iou?: number | undefined;
  readonly maxDetections?: number | undefined;
  /** Class names; empty or absent means all. */
  readonly classes?: readonly string[] | undefined;
  /** The longer side of the network's input in pixels. */
  readonly imageSize?: number | undefined;
  /** Whether boxes may reach beyond the image, as the network sees them. */
  readonly unclipped?: boolean | undefined;
}

/** A box in pixels of the upright image, origin at the top left, clipped to it unless asked for otherwise. */
export interface Detection {
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly classId: number;
  readonly name: string;
}

/** Where the time went, in milliseconds. */
export interface Timings {
  readonly decodeMs: number;
  readonly queueMs: number;
  readonly preprocessMs: number;
  readonly inferenceMs: number;
  readonly postprocessMs: number;
}

/** The size is the upright image's, in pixels. */
export interface DetectionResult extends Size {
  /** Most confident first. */
  readonly detections: readonly Detection[];
  readonly timings: Timings;
}

/**
 * What happens when too much waits already: one that is `bounded` is refused as overloaded, one that is `patient`
 * waits all the same. For callers that bound by themselves how much they hand in, as a stream does.
 */
export type Admission = 'bounded' | 'patient';

/** Who wants an image searched, and how they wait. */
export interface Turn {
  /** Once it aborts, the image is dropped unless a worker already has it. */
  readonly signal?: AbortSignal | undefined;
  /** Default: `bounded`. */
  readonly admission?: Admission | undefined;
  /** Images with the same one are of one caller, who takes turns with others. Default: the signal. */
  readonly caller?: string | undefined;
}

export interface Detector extends Pick<Pictures, 'readHeader' | 'toThumbnail'> {
  readonly model: Model;
  /** How many images it works on at once; giving it a few more keeps it busy. */
  readonly concurrency: number;
  /** The images that wait outside; who reads ahead asks there first. */
  readonly backlog: Backlog;
  /** True while it can answer: warm, and not closing. */
  readonly ready: boolean;
  /** Says ahead of any image whether its options are allowed. @throws {DetectorError} naming the option */
  check(options: DetectionOptions): void;
  /**
   * Finds the objects in one image.
   * @throws {DetectorError} for everything that is the caller's or the load's doing
   * @throws the signal's reason when it aborts first
   */
  detect(image: SourceImage, options: DetectionOptions, turn?: Turn): Promise<DetectionResult>;
  /** Ends the workers and the decoders; what is under way is rejected as unavailable. */
  close(): Promise<void>;
}
