import type { Detection, Size } from '../detection.ts';
import { drawBoxes } from '../draw-boxes.ts';
import { planBoxes } from '../plan-boxes.ts';

/** A picture of so many pixels gets lines and labels of the size they have on the page; larger ones grow with it. */
const USUAL_LONGER_SIDE_PX = 1_280;

/**
 * The picture with its boxes drawn in, as large as it is, as a PNG.
 *
 * @param picture upright, of the size that boxes refer to
 * @throws an Error when the picture is larger than the browser draws
 */
export async function annotatePicture(
  picture: CanvasImageSource,
  sizePx: Size,
  detections: readonly Detection[],
): Promise<Blob> {
  const { width, height } = sizePx;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser does not draw pictures of this size');
  context.drawImage(picture, 0, 0, width, height);
  const unit = Math.max(1, Math.max(width, height) / USUAL_LONGER_SIDE_PX);
  const frame = [0, 0, width / unit, height / unit] as const;
  context.scale(unit, unit);
  const boxes = planBoxes(detections, sizePx, 1 / unit);
  drawBoxes(context, boxes, { scale: 1 / unit, area: frame }, frame);
  return canvas.convertToBlob({ type: 'image/png' });
}
