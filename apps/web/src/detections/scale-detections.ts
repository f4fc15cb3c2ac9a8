import type { Detection, Size } from './detection.ts';

/**
 * The same detections in a picture of another size. A video may be shown wider or higher than its frames are stored,
 * where pixels are not square.
 *
 * @param from the size that the boxes refer to
 */
export function scaleDetections(
  detections: readonly Detection[],
  from: Size,
  to: Size,
): readonly Detection[] {
  const [x, y] = [to.width / from.width, to.height / from.height];
  if (x === 1 && y === 1) return detections;
  return detections.map((detection) => {
    const [left, top, right, bottom] = detection.boxXyxy;
    return { ...detection, boxXyxy: [left * x, top * y, right * x, bottom * y] };
  });
}
