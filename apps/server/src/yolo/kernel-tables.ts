import { interpolationTaps, type Tap, WEIGHT_ONE } from './interpolation.ts';
import type { Letterbox } from './letterbox.ts';
import type { Pixels } from './pixels.ts';
import { roundUp } from './rounding.ts';

/** The kernel blends so many pixels at a time. */
export const BLOCK_PIXELS = 16;
/** Its table of columns has an offset and a weight of 4 bytes for each of two neighbours. */
const COLUMN_BYTES = 8;
/** Images of one size come in a row, and a few sizes in turn. */
const MAX_KEPT = 8;

/** What of the scaling depends on the sizes and the layout alone. */
export interface KernelTables {
  readonly rows: readonly Tap[];
  /** For the kernel, see there. */
  readonly columns: Uint8Array;
  readonly masks: Uint8Array;
}

/** Makes the tables for an image and a letterbox, and keeps those that were asked for last. */
export function rememberTables(): (pixels: Pixels, letterbox: Letterbox) => KernelTables {
  const kept = new Map<string, KernelTables>();
  return (pixels, { resizedWidth, resizedHeight }) => {
    const { width, height, pixelBytes, greenOffset, blueOffset } = pixels;
    const key = `${[width, height, resizedWidth, resizedHeight, pixelBytes, greenOffset, blueOffset]}`;
    const tables = kept.get(key) ?? {
      rows: interpolationTaps(height, resizedHeight),
      columns: toColumns(interpolationTaps(width, resizedWidth), pixels),
      masks: toMasks(pixels),
    };
    kept.delete(key);
    kept.set(key, tables);
    const [oldest = ''] = kept.keys();
    if (kept.size > MAX_KEPT) kept.delete(oldest);
    return tables;
  };
}

/** The kernel's table of columns, to a whole block. */
function toColumns(taps: readonly Tap[], { width, pixelBytes }: Pixels): Uint8Array {
  const table = new Uint32Array((roundUp(taps.length, BLOCK_PIXELS) * COLUMN_BYTES) / 4);
  for (const [x, { first, second, secondWeight }] of taps.entries()) {
    // Neighbours for the kernel, at the right border too, where both positions are the last pixel.
    const begin = Math.max(0, Math.min(first, width - 2));
    const weight = second === begin ? 0 : first === begin ? secondWeight : WEIGHT_ONE;
    const at = Math.floor(x / 4) * 8 + (x % 4);
    table[at] = begin * pixelBytes;
    table[at + 4] = (weight << 16) | (WEIGHT_ONE - weight);
  }
  return new Uint8Array(table.buffer);
}

/** Of 8 bytes that begin with a pixel and its neighbour: where their reds, greens and blues are, for the kernel's swizzle. */
function toMasks({ pixelBytes, greenOffset, blueOffset }: Pixels): Uint8Array {
  const neighbours = (channel: number) => [channel, channel + pixelBytes];
  const both = (channel: number) => [...neighbours(channel), ...neighbours(channel + 8)];
  const redGreen = [...both(0), ...both(greenOffset)];
  const nothing = Array(4).fill(0x80);
  return Uint8Array.from([
    ...redGreen,
    ...both(blueOffset),
    ...nothing,
    ...redGreen,
    ...nothing,
    ...both(blueOffset),
  ]);
}
