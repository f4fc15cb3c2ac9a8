import { clipDetection } from '../detections/clip-detection.ts';
import type { Detection, Size } from '../detections/detection.ts';
import { suppressOverlaps } from '../detections/suppress-overlaps.ts';

/** What the server found in one picture. */
export interface Answer {
  /** Most confident first, neither suppressed nor clipped, so that the page can do both for any setting. */
  readonly candidates: readonly Detection[];
  /** 0 to 1: below it candidates are missing, because the server lists only so many. */
  readonly completeFrom: number;
  /** The upright picture's size in pixels, which the boxes refer to. */
  readonly sizePx: Size;
  /** The model that answered. */
  readonly model: string;
  readonly times: AnswerTimes;
  /** What the server gave when it was asked again, for confidences below `completeFrom`. */
  readonly suppressed?: SuppressedAnswer | undefined;
}

/** An answer that the server has suppressed itself: good for one overlap, but down to the floor. */
export interface SuppressedAnswer {
  readonly iou: number;
  readonly detections: readonly Detection[];
}

/** Milliseconds. */
export interface AnswerTimes {
  /** The page's, from the call to its answer; undefined for a picture that shared its way with others. The rest are the server's. */
  readonly totalMs?: number | undefined;
  readonly decodeMs: number;
  readonly queueMs: number;
  readonly preprocessMs: number;
  readonly inferenceMs: number;
  readonly postprocessMs: number;
}

/** What an answer came to for the overlap that it was last looked at with: many pictures are, again and again. */
const lastSuppressed = new WeakMap<Answer, SuppressedAnswer>();

/**
 * The detections that the server would give for this overlap, clipped to the picture, most confident first.
 *
 * @param fromBelow whether what is below `completeFrom` matters, so that only the server can know
 */
export function detectionsAt(answer: Answer, iou: number, fromBelow: boolean): readonly Detection[] {
  const { candidates, suppressed, sizePx } = answer;
  if (fromBelow && suppressed?.iou === iou) return suppressed.detections;
  const last = lastSuppressed.get(answer);
  if (last?.iou === iou) return last.detections;
  const detections = suppressOverlaps(candidates, iou).map((detection) => clipDetection(detection, sizePx));
  lastSuppressed.set(answer, { iou, detections });
  return detections;
}

/** Whether the settings ask for more than the answer holds, so that the server has to be asked again. */
export function isBeyond(answer: Answer, minConfidence: number, iou: number): boolean {
  return minConfidence < answer.completeFrom && answer.suppressed?.iou !== iou;
}
