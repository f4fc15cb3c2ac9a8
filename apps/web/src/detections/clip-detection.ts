import type { Detection, Size } from './detection.ts';

/** A detection without what of its box lies outside the picture, which is given in the same pixels. */
export function clipDetection(detection: Detection, { width, height }: Size): Detection {
  const [left, top, right, bottom] = detection.boxXyxy;
  const boxXyxy = [
    clamp(left, width),
    clamp(top, height),
    clamp(right, width),
    clamp(bottom, height),
  ] as const;
  return { ...detection, boxXyxy };
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}
