import { classColor } from '../detections/class-color.ts';
import type { Box, Detection, Size } from '../detections/detection.ts';
import { placeLabels } from '../detections/place-labels.ts';
import { formatConfidence } from '../detections/words.ts';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Boxes and labels grow with the picture, so that they look alike in every size. */
const REFERENCE_PX = 720;

/** Draws boxes and their labels into a picture of this size, in its own pixels. */
export function drawBoxes(context: Context, detections: readonly Detection[], size: Size): void {
  const unit = Math.max(Math.min(size.width, size.height) / REFERENCE_PX, 0.5);
  const fontPx = Math.round(15 * unit);
  context.font = `600 ${fontPx}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const boxes = detections.map(({ boxXyxy }) => boxXyxy);
  const texts = detections.map(({ name, confidence }) => `${name} ${formatConfidence(confidence)}`);
  const labels = texts.map((text) => {
    return { width: context.measureText(text).width + 12 * unit, height: fontPx * 1.5 };
  });
  const places = placeLabels(boxes, labels, [0, 0, size.width, size.height]);
  // The surest comes last, on top.
  for (const [index, detection] of [...detections.entries()].reverse()) {
    const color = classColor(detection.classId);
    strokeBox(context, boxes[index] as Box, color, unit);
    const place = places[index];
    if (!place || place.crowded) continue;
    const [left, top, right, bottom] = place.box;
    context.fillStyle = color;
    context.fillRect(left, top, right - left, bottom - top);
    context.fillStyle = '#0b0d0e';
    context.fillText(texts[index] ?? '', left + 6 * unit, (top + bottom) / 2);
  }
}

/** In the class's colour over a dark rim, so that it shows on every ground. */
function strokeBox(context: Context, [left, top, right, bottom]: Box, color: string, unit: number): void {
  for (const [style, width] of [
    ['#0008', 4.5 * unit],
    [color, 2.5 * unit],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.strokeRect(left, top, right - left, bottom - top);
  }
}
