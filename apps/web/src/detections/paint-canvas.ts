import type { Size } from './detection.ts';
import { drawBoxes, type Emphasis } from './draw-boxes.ts';
import type { Fit } from './fit-picture.ts';
import type { PlannedBox } from './plan-boxes.ts';

/** Draws boxes anew on a canvas that covers the frame, sharp on any screen. @param frame its size in CSS pixels */
export function paintCanvas(
  canvas: HTMLCanvasElement,
  frame: Size,
  boxes: readonly PlannedBox[],
  fit: Fit,
  emphasis: Emphasis,
): void {
  const ratio = devicePixelRatio;
  const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, frame.width, frame.height);
  drawBoxes(context, boxes, fit, [0, 0, frame.width, frame.height], emphasis);
}
