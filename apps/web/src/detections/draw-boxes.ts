import { classColor } from './class-color.ts';
import type { Box } from './detection.ts';
import { boxInFrame, type Fit } from './fit-picture.ts';
import { LABEL, labelFont } from './measure-label.ts';
import { labelBox } from './place-labels.ts';
import type { PlannedBox } from './plan-boxes.ts';

/** The part of a 2D context that drawing needs. */
export type BoxContext = Pick<
  CanvasRenderingContext2D,
  | 'beginPath'
  | 'fill'
  | 'fillStyle'
  | 'fillText'
  | 'font'
  | 'globalAlpha'
  | 'lineWidth'
  | 'roundRect'
  | 'stroke'
  | 'strokeStyle'
>;

/** What stands out among the boxes. */
export interface Emphasis {
  /** Drawn on top and stronger, with its label whatever is in the way. */
  readonly highlightedId?: number | undefined;
  /** Whether all others nearly vanish, instead of only stepping back. */
  readonly isolated?: boolean | undefined;
}

const STEPPED_BACK = 0.35;
const NEARLY_GONE = 0.1;
const LABEL_INK = '#0b0d0e';
/** Around each line, so that it shows on any ground. */
const CONTRAST = '#0008';

/**
 * Draws boxes with their labels. What lies outside the frame is left out.
 *
 * @param fit where the picture lies, in the context's own unit, which stands for CSS pixels
 * @param frame what can be seen, in the same unit
 */
export function drawBoxes(
  context: BoxContext,
  boxes: readonly PlannedBox[],
  fit: Fit,
  frame: Box,
  { highlightedId, isolated = false }: Emphasis = {},
): void {
  const highlighted = boxes.find(({ detection }) => detection.id === highlightedId);
  const othersAlpha = isolated ? NEARLY_GONE : STEPPED_BACK;
  context.font = labelFont();
  for (const planned of boxes) {
    if (planned === highlighted) continue;
    context.globalAlpha = highlighted ? othersAlpha : 1;
    drawOne(context, planned, fit, frame, false, !planned.crowded && !(highlighted && isolated));
  }
  context.globalAlpha = 1;
  if (highlighted) drawOne(context, highlighted, fit, frame, true, true);
}

function drawOne(
  context: BoxContext,
  { detection, text, label, place }: PlannedBox,
  fit: Fit,
  frame: Box,
  strong: boolean,
  labelled: boolean,
): void {
  const box = boxInFrame(detection.boxXyxy, fit);
  const seen = labelBox(box, label, place, strong ? common(fit.area, frame) : fit.area);
  if (isOutside(box, frame) && (!labelled || isOutside(seen, frame))) return;
  const color = classColor(detection.classId);
  const alpha = context.globalAlpha;
  trace(context, box, 2);
  context.fillStyle = color;
  context.globalAlpha = alpha * (strong ? 0.2 : 0.06);
  context.fill();
  context.globalAlpha = alpha;
  stroke(context, CONTRAST, strong ? 5 : 3.5);
  stroke(context, color, strong ? 3 : 2);
  if (!labelled) return;
  trace(context, seen, 3);
  context.fill();
  context.fillStyle = LABEL_INK;
  context.fillText(text, seen[0] + LABEL.paddingPx, seen[1] + LABEL.baselinePx);
}

function trace(context: BoxContext, [left, top, right, bottom]: Box, radius: number): void {
  context.beginPath();
  context.roundRect(left, top, right - left, bottom - top, radius);
}

function stroke(context: BoxContext, style: string, width: number): void {
  context.strokeStyle = style;
  context.lineWidth = width;
  context.stroke();
}

/** What two boxes have in common, if anything. */
function common(a: Box, b: Box): Box {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

function isOutside(box: Box, frame: Box): boolean {
  return box[2] < frame[0] || box[0] > frame[2] || box[3] < frame[1] || box[1] > frame[3];
}
