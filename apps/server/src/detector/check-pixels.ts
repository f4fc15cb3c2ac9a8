import { DetectorError } from './detector-error.ts';

/** @throws {DetectorError} `too-large` when an image has more pixels than MAX_PIXELS allows */
export function checkPixels(width: number, height: number, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new DetectorError(
    'too-large',
    `the image has ${width}x${height} = ${width * height} pixels, MAX_PIXELS allows ${maxPixels}`,
  );
}
