import { roundHalfToEven } from './rounding.ts';

/** Weights are fixed-point numbers with 11 bits after the point. */
export const WEIGHT_ONE = 2048;

/** Which two source positions an output position mixes, and the weight of the second (0 to 2048). */
export interface Tap {
  readonly first: number;
  readonly second: number;
  readonly secondWeight: number;
}

/**
 * Bilinear interpolation along one axis, half-pixel centres, no antialiasing: where each output pixel's centre falls
 * between two source pixels' centres. The arithmetic, single precision included, is that of OpenCV's `resize` with
 * `INTER_LINEAR` on bytes. Beyond the outermost centres both positions are the border's.
 */
export function interpolationTaps(sourceSize: number, outputSize: number): Tap[] {
  const scale = 1 / (outputSize / sourceSize);
  const last = sourceSize - 1;
  return Array.from({ length: outputSize }, (_, i) => {
    const position = Math.fround((i + 0.5) * scale - 0.5);
    const floor = Math.floor(position);
    return {
      first: Math.min(Math.max(floor, 0), last),
      second: Math.min(Math.max(floor + 1, 0), last),
      secondWeight: roundHalfToEven(Math.fround(position - floor) * WEIGHT_ONE),
    };
  });
}
