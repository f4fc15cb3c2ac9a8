/** Rounds halves to the even neighbour, as Python's `round` and OpenCV's `cvRound` do. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The next multiple of `step`, or the value itself. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
