import type { Detection, Size } from '../detection.ts';

/** A picture, or one frame of a video, with what was found in it: what the exports are made from. */
export interface AnnotatedSource {
  /** The file's name. */
  readonly source: string;
  /** Counted from 1; a picture is frame 1. */
  readonly frame: number;
  /** Presentation time by the file's own clock; 0 for a picture. */
  readonly timeMs: number;
  /** Of the upright picture, which boxes refer to. */
  readonly sizePx: Size;
  readonly detections: readonly Detection[];
}
