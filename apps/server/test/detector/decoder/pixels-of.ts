import type { PreparedImage } from '../../../src/detector/decoder/pictures.ts';

/** The network's input as pixels: RGB, row by row. */
export function pixelsOf({ data }: PreparedImage): Uint8Array {
  const pixels = data.length / 3;
  return Uint8Array.from(data, (_, i) => data[(i % 3) * pixels + Math.floor(i / 3)] as number);
}
