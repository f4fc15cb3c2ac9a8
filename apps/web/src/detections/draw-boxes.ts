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
  | 'direction'
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
/** Of each box; where there are many, all of them together are not to hide the picture. */
const FILL_ALPHA = 0.06;
const FILL_ALPHA_OF_ALL = 1.2;
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
  const others = boxes.filter((planned) => planned !== highlighted);
  context.font = labelFont();
  // Labels begin at the left of their plates, whichever way the page is written.
  context.direction = 'ltr';
  context.globalAlpha = !highlighted ? 1 : isolated ? NEARLY_GONE : STEPPED_BACK;
  const fillAlpha = Math.min(FILL_ALPHA, FILL_ALPHA_OF_ALL / boxes.length);
  for (const planned of others) drawBox(context, planned, fit, frame, { lineWidth: 2, fillAlpha });
  // All labels lie over all boxes, or lines would cross them out.
  for (const planned of others) {
    const labelled = !planned.crowded && !(highlighted && isolated);
    if (labelled) drawLabel(context, planned, fit, frame, fit.area);
  }
  context.globalAlpha = 1;
  if (!highlighted) return;
  drawBox(context, highlighted, fit, frame, { lineWidth: 3, fillAlpha: 0.2 });
  drawLabel(context, highlighted, fit, frame, common(fit.area, frame));
}

interface BoxStyle {
  readonly lineWidth: number;
  readonly fillAlpha: number;
}

function drawBox(
  context: BoxContext,
  { detection }: PlannedBox,
  fit: Fit,
  frame: Box,
  style: BoxStyle,
): void {
  const box = boxInFrame(detection.boxXyxy, fit);
  if (isOutside(box, frame)) return;
  const color = classColor(detection.classId);
  const alpha = context.globalAlpha;
  trace(context, box, 2);
  context.fillStyle = color;
  context.globalAlpha = alpha * style.fillAlpha;
  context.fill();
  context.globalAlpha = alpha;
  stroke(context, CONTRAST, style.lineWidth + 1.5);
  stroke(context, color, style.lineWidth);
}

/** @param area where the label may be */
function drawLabel(context: BoxContext, planned: PlannedBox, fit: Fit, frame: Box, area: Box): void {
  const { detection, text, label, place } = planned;
  const box = labelBox(boxInFrame(detection.boxXyxy, fit), label, place, area);
  if (isOutside(box, frame)) return;
  trace(context, box, 3);
  context.fillStyle = classColor(detection.classId);
  context.fill();
  context.fillStyle = LABEL_INK;
  context.fillText(text, box[0] + LABEL.paddingPx, box[1] + LABEL.baselinePx);
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
