import type { Detection, Size } from '../detections/detection.ts';

/** What the server found in one picture. */
export interface Answer {
  /** Most confident first, down to the floor that was asked for. */
  readonly detections: readonly Detection[];
  /** The upright picture's size in pixels, which the boxes refer to. */
  readonly sizePx: Size;
  /** The model that answered. */
  readonly model: string;
  readonly times: AnswerTimes;
}

/** Milliseconds. `totalMs` is the page's, from the upload's start to the answer's end; the rest are the server's. */
export interface AnswerTimes {
  readonly totalMs: number;
  readonly decodeMs: number;
  readonly queueMs: number;
  readonly preprocessMs: number;
  readonly inferenceMs: number;
  readonly postprocessMs: number;
}
