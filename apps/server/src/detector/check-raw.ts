import { PIXEL_MODES, type PixelMode } from '../yolo/pixels.ts';
import { checkPixels } from './check-pixels.ts';
import type { SourceImage } from './detector.ts';
import { invalid } from './detector-error.ts';

/**
 * Checks that raw pixels are what their fields say.
 *
 * @returns their layout
 * @throws {DetectorError} naming the field and what is wrong with it
 */
export function checkRaw({ mode, width, height, data }: SourceImage, maxPixels: number): PixelMode {
  if (!isPixelMode(mode)) {
    const hint = mode === 'P' ? ' (the palette of mode P does not travel: convert to RGB first)' : '';
    throw invalid(
      `mode is ${JSON.stringify(mode.slice(0, 20))}, allowed are ${Object.keys(PIXEL_MODES).sort().join(', ')}, or none for an encoded file${hint}`,
    );
  }
  if (width < 1 || height < 1) {
    throw invalid(`width and height are ${width} and ${height}, raw pixels need 1 or more`);
  }
  checkPixels(width, height, maxPixels);
  const expected = PIXEL_MODES[mode].bytesPerRow(width) * height;
  if (data.length !== expected) {
    throw invalid(
      `data has ${data.length} bytes, ${width}x${height} pixels of mode ${mode} take ${expected}`,
    );
  }
  return mode;
}

function isPixelMode(mode: string): mode is PixelMode {
  return Object.hasOwn(PIXEL_MODES, mode);
}
