// AssemblyScript, compiled to src/yolo/network-input.wasm: the two inner loops of scaling, on vectors.
// A resampled row holds 16 bits for each channel of each pixel, scaled by 128, in two parts. The first has red and green,
// two pixels at a time: r0 r1 g0 g1 r2 r3 g2 g3 ...; the second, `blueAt` bytes after it, blue alone.

/**
 * Resamples one row of pixels to another width.
 *
 * @param pixels the source row; up to 8 bytes after it are read, too
 * @param columns for every four output pixels eight 32-bit numbers: where the two neighbours begin that each is made of, in
 *   bytes from the row's start; then their weights, the first in the low 16 bits, the second in the high ones, 2048 together
 * @param masks two vectors: which bytes of two pixels and their neighbours, each from the first in 8 bytes, make red, green
 *   and blue: of the first two output pixels of four, and of the others
 * @param width of the output, a multiple of 4
 */
export function resampleRow(
  pixels: usize,
  columns: usize,
  masks: usize,
  width: i32,
  row: usize,
  blueAt: usize,
): void {
  const firstMask = v128.load(masks);
  const secondMask = v128.load(masks, 16);
  let blue = row + blueAt;
  for (let x = 0; x < width; x += 4) {
    const first = i8x16.relaxed_swizzle(loadPair(pixels, columns), firstMask);
    const second = i8x16.relaxed_swizzle(loadPair(pixels, columns + 8), secondMask);
    const redGreen01 = mix(i16x8.extend_low_i8x16_u(first), v128.load64_splat(columns, 16));
    const redGreen23 = mix(i16x8.extend_low_i8x16_u(second), v128.load64_splat(columns, 24));
    const blues = mix(i16x8.extend_high_i8x16_u(v128.or(first, second)), v128.load(columns, 16));
    v128.store(row, i16x8.narrow_i32x4_s(redGreen01, redGreen23));
    v128.store64_lane(blue, i16x8.narrow_i32x4_s(blues, blues), 0);
    columns += 32;
    row += 16;
    blue += 8;
  }
}

function loadPair(pixels: usize, offsets: usize): v128 {
  return v128.load64_lane(pixels + load<u32>(offsets, 4), v128.load64_zero(pixels + load<u32>(offsets)), 1);
}

function mix(neighbours: v128, weights: v128): v128 {
  return i32x4.shr_s(i32x4.dot_i16x8_s(neighbours, weights), 4);
}

/**
 * Mixes two resampled rows and writes the result as bytes to three planes.
 *
 * @param weight of the lower row, 0 to 2048
 * @param width of the output; the rows are long enough for a multiple of 16
 * @param output where the row begins in the first plane
 * @param planeBytes from one plane to the next
 * @param spare room for 48 bytes
 */
export function blendRows(
  upper: usize,
  lower: usize,
  blueAt: usize,
  weight: i32,
  width: i32,
  output: usize,
  planeBytes: usize,
  spare: usize,
): void {
  const upperWeight = i16x8.splat(<i16>(2048 - weight));
  const lowerWeight = i16x8.splat(<i16>weight);
  const rest = width & 15;
  for (const end = output + (width - rest); output < end; output += 16) {
    Blend.to16Pixels(upper, lower, blueAt, upperWeight, lowerWeight, output, planeBytes);
    upper += 64;
    lower += 64;
    blueAt -= 32;
  }
  if (rest === 0) return;
  Blend.to16Pixels(upper, lower, blueAt, upperWeight, lowerWeight, spare, 16);
  memory.copy(output, spare, rest);
  memory.copy(output + planeBytes, spare + 16, rest);
  memory.copy(output + 2 * planeBytes, spare + 32, rest);
}

/**
 * Writes one row, in three planes, to where it belongs among squares of 2 x 2 pixels: of each two pixels two reds, two
 * greens and two blues, then 6 bytes that the other row of the squares has.
 *
 * @param row where the reds begin; greens and blues follow
 * @param width in pixels, a multiple of 16
 */
export function toSquares(row: usize, width: i32, output: usize): void {
  for (const end = row + width; row < end; row += 16) {
    const reds = v128.load(row);
    const greens = v128.load(row + width);
    const blues = v128.load(row + 2 * width);
    const first = v128.shuffle<i16>(reds, greens, 0, 8, 1, 9, 2, 10, 3, 11);
    const second = v128.shuffle<i16>(reds, greens, 4, 12, 5, 13, 6, 14, 7, 15);
    v128.store32_lane(output, first, 0);
    v128.store16_lane(output, blues, 0, 4);
    v128.store32_lane(output, first, 1, 12);
    v128.store16_lane(output, blues, 1, 16);
    v128.store32_lane(output, first, 2, 24);
    v128.store16_lane(output, blues, 2, 28);
    v128.store32_lane(output, first, 3, 36);
    v128.store16_lane(output, blues, 3, 40);
    v128.store32_lane(output, second, 0, 48);
    v128.store16_lane(output, blues, 4, 52);
    v128.store32_lane(output, second, 1, 60);
    v128.store16_lane(output, blues, 5, 64);
    v128.store32_lane(output, second, 2, 72);
    v128.store16_lane(output, blues, 6, 76);
    v128.store32_lane(output, second, 3, 84);
    v128.store16_lane(output, blues, 7, 88);
    output += 96;
  }
}

// biome-ignore lint/complexity/noStaticOnlyClass: the compiler puts these into the loop, which makes it a quarter faster, only when told to, and TypeScript's grammar has such a mark for methods alone
class Blend {
  @inline
  static to16Pixels(
    upper: usize,
    lower: usize,
    blueAt: usize,
    upperWeight: v128,
    lowerWeight: v128,
    output: usize,
    planeBytes: usize,
  ): void {
    const first = Blend.to16Bytes(upper, lower, upperWeight, lowerWeight);
    const second = Blend.to16Bytes(upper + 32, lower + 32, upperWeight, lowerWeight);
    const blue = Blend.to16Bytes(upper + blueAt, lower + blueAt, upperWeight, lowerWeight);
    v128.store(output, v128.shuffle<i16>(first, second, 0, 2, 4, 6, 8, 10, 12, 14));
    v128.store(output + planeBytes, v128.shuffle<i16>(first, second, 1, 3, 5, 7, 9, 11, 13, 15));
    v128.store(output + 2 * planeBytes, blue);
  }

  @inline
  static to16Bytes(upper: usize, lower: usize, upperWeight: v128, lowerWeight: v128): v128 {
    return i8x16.narrow_i16x8_u(
      Blend.mix(v128.load(upper), v128.load(lower), upperWeight, lowerWeight),
      Blend.mix(v128.load(upper, 16), v128.load(lower, 16), upperWeight, lowerWeight),
    );
  }

  /** Each product is cut before they are added, and the sum rounded: OpenCV's order. */
  @inline
  static mix(upper: v128, lower: v128, upperWeight: v128, lowerWeight: v128): v128 {
    const sum = i16x8.add(Blend.cut(upper, upperWeight), Blend.cut(lower, lowerWeight));
    return i16x8.shr_s(i16x8.add(sum, i16x8.splat(2)), 2);
  }

  /**
   * `value * weight >> 16`, which vectors have in no such form: rounded to 4 bits more, and 1 taken away where that was up.
   * The bit that says so is the highest of 16 when the product is moved up by 4.
   */
  @inline
  static cut(values: v128, weights: v128): v128 {
    const rounded = i16x8.relaxed_q15mulr_s(values, i16x8.shl(weights, 3));
    const wasUp = i16x8.shr_s(i16x8.mul(values, i16x8.shl(weights, 4)), 15);
    return i16x8.shr_s(i16x8.add(rounded, wasUp), 4);
  }
}
