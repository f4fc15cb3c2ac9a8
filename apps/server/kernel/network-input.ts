// AssemblyScript, compiled to src/yolo/network-input.wasm: the two inner loops of scaling, on vectors.
// A resampled row holds one pixel in 8 bytes: red, green, blue and a spare, 16 bits each, scaled by 128.

/**
 * Resamples one row of pixels to another width.
 *
 * @param pixels the source row; up to 3 bytes after it are read, too
 * @param columns for each output pixel three 32-bit numbers: where its two source pixels begin, in bytes from the
 *   row's start, and their weights, the first in the low 16 bits, the second in the high ones, 2048 together
 * @param width of the output, a multiple of 2
 * @param grey not zero when a pixel has one channel that stands for all three
 */
export function resampleRow(pixels: usize, columns: usize, width: i32, grey: i32, row: usize): void {
  for (let x = 0; x < width; x += 2) {
    const first = grey ? mixGrey(pixels, columns) : mixColour(pixels, columns);
    const second = grey ? mixGrey(pixels, columns + 12) : mixColour(pixels, columns + 12);
    v128.store(row, i16x8.narrow_i32x4_s(i32x4.shr_s(first, 4), i32x4.shr_s(second, 4)));
    columns += 24;
    row += 16;
  }
}

function mixColour(pixels: usize, column: usize): v128 {
  const a = v128.load32_zero(pixels + load<u32>(column));
  const b = v128.load32_zero(pixels + load<u32>(column, 4));
  const pairs = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 0, 16, 1, 17, 2, 18, 3, 19);
  return i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pairs), v128.load32_splat(column, 8));
}

function mixGrey(pixels: usize, column: usize): v128 {
  const a = v128.load32_zero(pixels + load<u32>(column));
  const b = v128.load32_zero(pixels + load<u32>(column, 4));
  const pairs = i8x16.shuffle(a, b, 0, 16, 0, 16, 0, 16, 0, 16, 0, 16, 0, 16, 0, 16, 0, 16);
  return i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pairs), v128.load32_splat(column, 8));
}

/**
 * Mixes two resampled rows and writes the result as numbers from 0 to 1 to three planes.
 *
 * @param weight of the lower row, 0 to 2048
 * @param output where the row begins in the first plane
 * @param planeBytes from one plane to the next
 */
export function blendRows(
  upper: usize,
  lower: usize,
  weight: i32,
  width: i32,
  output: usize,
  planeBytes: usize,
): void {
  const lowerWeight = i16x8.splat(<i16>weight);
  const upperWeight = i16x8.splat(<i16>(2048 - weight));
  const green = output + planeBytes;
  const blue = green + planeBytes;
  const whole = width & ~3;
  let x: usize = 0;
  for (; x < <usize>whole; x += 4) {
    const u01 = v128.load(upper + x * 8);
    const l01 = v128.load(lower + x * 8);
    const u23 = v128.load(upper + x * 8, 16);
    const l23 = v128.load(lower + x * 8, 16);
    const p0 = toUnit(mixLow(u01, l01, upperWeight, lowerWeight));
    const p1 = toUnit(mixHigh(u01, l01, upperWeight, lowerWeight));
    const p2 = toUnit(mixLow(u23, l23, upperWeight, lowerWeight));
    const p3 = toUnit(mixHigh(u23, l23, upperWeight, lowerWeight));
    const redGreen01 = v128.shuffle<i32>(p0, p1, 0, 4, 1, 5);
    const redGreen23 = v128.shuffle<i32>(p2, p3, 0, 4, 1, 5);
    const blue01 = v128.shuffle<i32>(p0, p1, 2, 6, 3, 7);
    const blue23 = v128.shuffle<i32>(p2, p3, 2, 6, 3, 7);
    v128.store(output + x * 4, v128.shuffle<i64>(redGreen01, redGreen23, 0, 2));
    v128.store(green + x * 4, v128.shuffle<i64>(redGreen01, redGreen23, 1, 3));
    v128.store(blue + x * 4, v128.shuffle<i64>(blue01, blue23, 0, 2));
  }
  for (; x < <usize>width; x++) {
    const u = v128.load64_zero(upper + x * 8);
    const l = v128.load64_zero(lower + x * 8);
    const p = toUnit(mixLow(u, l, upperWeight, lowerWeight));
    v128.store32_lane(output + x * 4, p, 0);
    v128.store32_lane(green + x * 4, p, 1);
    v128.store32_lane(blue + x * 4, p, 2);
  }
}

function mixLow(upper: v128, lower: v128, upperWeight: v128, lowerWeight: v128): v128 {
  return sum(i32x4.extmul_low_i16x8_s(upper, upperWeight), i32x4.extmul_low_i16x8_s(lower, lowerWeight));
}

function mixHigh(upper: v128, lower: v128, upperWeight: v128, lowerWeight: v128): v128 {
  return sum(i32x4.extmul_high_i16x8_s(upper, upperWeight), i32x4.extmul_high_i16x8_s(lower, lowerWeight));
}

/** Each product is cut before they are added, and the sum rounded: OpenCV's order. */
function sum(upper: v128, lower: v128): v128 {
  const cut = i32x4.add(i32x4.shr_s(upper, 16), i32x4.shr_s(lower, 16));
  return i32x4.shr_s(i32x4.add(cut, i32x4.splat(2)), 2);
}

function toUnit(bytes: v128): v128 {
  return f32x4.div(f32x4.convert_i32x4_s(bytes), f32x4.splat(255));
}
