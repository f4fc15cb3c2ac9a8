import { type Letterbox, PADDING_GREY } from './letterbox.ts';
import type { Pixels } from './pixels.ts';
import { roundHalfToEven } from './rounding.ts';

/** Weights are fixed-point numbers with this many bits after the point. */
const WEIGHT_BITS = 11;
const WEIGHT_ONE = 1 << WEIGHT_BITS;

/** A byte as the network sees it: 0 to 1. */
const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Makes the network's input in one pass: scales by bilinear interpolation on pixel centres without antialiasing,
 * pads with grey, splits the channels and maps 0..255 to 0..1.
 *
 * The arithmetic is that of OpenCV's `resize` with `INTER_LINEAR` on bytes (weights of 11 bits, the horizontal sum
 * cut by 4 bits before the vertical one): the network was trained on it, and other resamplers move its boxes.
 *
 * @param output `[3, inputHeight, inputWidth]`, planes in the order red, green, blue; overwritten
 */
export function writeNetworkInput(
  pixels: Pixels,
  letterbox: Letterbox,
  output: Float32Array | Float16Array,
): void {
  const { inputWidth, inputHeight, resizedWidth, resizedHeight, left, top } = letterbox;
  const planeSize = inputWidth * inputHeight;
  fillPadding(output, letterbox);
  const columns = interpolation(pixels.width, resizedWidth);
  const rows = interpolation(pixels.height, resizedHeight);
  // Neighbouring output rows often need the same two source rows: keep those two, resampled to the output's width.
  let upper = { source: -1, values: new Int32Array(resizedWidth * 3) };
  let lower = { source: -1, values: new Int32Array(resizedWidth * 3) };
  for (let y = 0; y < resizedHeight; y++) {
    const first = rows.first[y] as number;
    const second = rows.second[y] as number;
    if (lower.source === first) [upper, lower] = [lower, upper];
    if (upper.source !== first) resampleRow(pixels, first, columns, upper);
    if (lower.source !== second) resampleRow(pixels, second, columns, lower);
    const offset = (top + y) * inputWidth + left;
    blendRows(upper.values, lower.values, rows.secondWeight[y] as number, output, offset, planeSize);
  }
}

interface Interpolation {
  /** For each output position: the two source positions to mix, and the weight of the second (0 to 2048). */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly secondWeight: Int32Array;
}

/**
 * Where each output pixel's centre falls between two source pixels' centres. Beyond the outermost centres both
 * source positions are the border's; the weights stay, as OpenCV leaves them for rows.
 */
function interpolation(sourceSize: number, outputSize: number): Interpolation {
  const first = new Int32Array(outputSize);
  const second = new Int32Array(outputSize);
  const secondWeight = new Int32Array(outputSize);
  const scale = 1 / (outputSize / sourceSize);
  const last = sourceSize - 1;
  for (let i = 0; i < outputSize; i++) {
    const position = Math.fround((i + 0.5) * scale - 0.5);
    const floor = Math.floor(position);
    first[i] = Math.min(Math.max(floor, 0), last);
    second[i] = Math.min(Math.max(floor + 1, 0), last);
    secondWeight[i] = roundHalfToEven(Math.fround(position - floor) * WEIGHT_ONE);
  }
  return { first, second, secondWeight };
}

/** One source row at the output's width: interleaved RGB, each value scaled by 2048. */
function resampleRow(
  pixels: Pixels,
  sourceRow: number,
  columns: Interpolation,
  row: { source: number; values: Int32Array },
): void {
  const { data, pixelBytes, greenOffset, blueOffset } = pixels;
  const { first, second, secondWeight } = columns;
  const { values } = row;
  const start = sourceRow * pixels.width * pixelBytes;
  for (let x = 0, o = 0; x < first.length; x++, o += 3) {
    const a = start + (first[x] as number) * pixelBytes;
    const b = start + (second[x] as number) * pixelBytes;
    const weight = secondWeight[x] as number;
    const rest = WEIGHT_ONE - weight;
    values[o] = (data[a] as number) * rest + (data[b] as number) * weight;
    values[o + 1] = (data[a + greenOffset] as number) * rest + (data[b + greenOffset] as number) * weight;
    values[o + 2] = (data[a + blueOffset] as number) * rest + (data[b + blueOffset] as number) * weight;
  }
  row.source = sourceRow;
}

/** Mixes two resampled rows and writes the result's three channels to the planes that begin at `offset`. */
function blendRows(
  upper: Int32Array,
  lower: Int32Array,
  weight: number,
  output: Float32Array | Float16Array,
  offset: number,
  planeSize: number,
): void {
  const rest = WEIGHT_ONE - weight;
  const greenOffset = offset + planeSize;
  const blueOffset = greenOffset + planeSize;
  for (let i = 0, x = 0; i < upper.length; i += 3, x++) {
    output[offset + x] = UNIT[blend(upper[i] as number, lower[i] as number, rest, weight)] as number;
    output[greenOffset + x] = UNIT[
      blend(upper[i + 1] as number, lower[i + 1] as number, rest, weight)
    ] as number;
    output[blueOffset + x] = UNIT[
      blend(upper[i + 2] as number, lower[i + 2] as number, rest, weight)
    ] as number;
  }
}

function blend(upper: number, lower: number, rest: number, weight: number): number {
  return (((rest * (upper >> 4)) >> 16) + ((weight * (lower >> 4)) >> 16) + 2) >> 2;
}

/** Grey wherever the image will not be. */
function fillPadding(output: Float32Array | Float16Array, letterbox: Letterbox): void {
  const { inputWidth, inputHeight, resizedWidth, resizedHeight, left, top } = letterbox;
  if (resizedWidth === inputWidth && resizedHeight === inputHeight) return;
  const grey = UNIT[PADDING_GREY] as number;
  for (let plane = 0; plane < 3; plane++) {
    const start = plane * inputWidth * inputHeight;
    output.fill(grey, start, start + top * inputWidth);
    output.fill(grey, start + (top + resizedHeight) * inputWidth, start + inputHeight * inputWidth);
    for (let y = top; y < top + resizedHeight; y++) {
      const row = start + y * inputWidth;
      output.fill(grey, row, row + left);
      output.fill(grey, row + left + resizedWidth, row + inputWidth);
    }
  }
}
