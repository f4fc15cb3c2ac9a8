import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { below, createRandom } from '../../hostile/random.ts';
import { interpolationTaps } from '../../src/yolo/interpolation.ts';
import { type Letterbox, rectangularLetterbox } from '../../src/yolo/letterbox.ts';
import { createNetworkInputWriter } from '../../src/yolo/network-input.ts';
import { PIXEL_MODES, type PixelMode, type Pixels } from '../../src/yolo/pixels.ts';

const kernel = readFileSync(new URL('../../src/yolo/network-input.wasm', import.meta.url));
const module = new WebAssembly.Module(kernel);
const { write } = createNetworkInputWriter(module);

function letterbox(input: [number, number], resized: [number, number], left = 0, top = 0): Letterbox {
  return {
    inputWidth: input[0],
    inputHeight: input[1],
    resizedWidth: resized[0],
    resizedHeight: resized[1],
    left,
    top,
  };
}

/** OpenCV's own answers: cv2.resize of the row [0, 100, 200, 50] with INTER_LINEAR. */
const resampled: [width: number, expected: number[]][] = [
  [4, [0, 100, 200, 50]],
  [2, [50, 125]],
  [8, [0, 25, 75, 125, 175, 163, 88, 50]],
  [3, [17, 150, 75]],
];

test.each(resampled)('a row of 4 grey pixels at width %d', (width, expected) => {
  const pixels = PIXEL_MODES.L.toPixels(Uint8Array.from([0, 100, 200, 50]), { width: 4, height: 1 });
  const output = write(pixels, letterbox([width, 1], [width, 1]));
  expect([...output]).toEqual([...expected, ...expected, ...expected]);
});

test('columns are resampled as rows are', () => {
  const pixels = PIXEL_MODES.L.toPixels(Uint8Array.from([0, 100, 200, 50]), { width: 1, height: 4 });
  const output = write(pixels, letterbox([1, 8], [1, 8]));
  expect([...output.subarray(0, 8)]).toEqual([0, 25, 75, 125, 175, 163, 88, 50]);
});

/** OpenCV's own answers for a 5x4 RGB picture, a plane at a time. */
const pictures: [width: number, height: number, expected: number[][]][] = [
  [
    7,
    3,
    [
      [18, 44, 89, 150, 180, 154, 103, 76, 119, 135, 96, 147, 142, 108, 50, 110, 160, 171, 91, 46, 29],
      [90, 116, 123, 93, 123, 114, 88, 87, 81, 109, 191, 89, 95, 159, 213, 175, 163, 205, 124, 115, 146],
      [177, 105, 38, 7, 97, 113, 86, 112, 130, 115, 44, 155, 155, 96, 177, 163, 169, 210, 189, 113, 22],
    ],
  ],
  [
    3,
    6,
    [
      [8, 178, 128, 83, 95, 143, 139, 40, 148, 63, 152, 107, 69, 175, 62, 93, 170, 27],
      [103, 86, 106, 112, 108, 98, 108, 150, 101, 58, 232, 143, 133, 224, 138, 220, 196, 123],
      [125, 8, 98, 154, 7, 110, 162, 19, 125, 82, 69, 136, 126, 159, 101, 190, 236, 63],
    ],
  ],
];

test.each(pictures)('a 5x4 picture at %dx%d', (width, height, expected) => {
  const data = Uint8Array.from({ length: 60 }, (_, i) => (i * 73 + i * i * 7) % 256);
  const pixels = PIXEL_MODES.RGB.toPixels(data, { width: 5, height: 4 });
  const output = write(pixels, letterbox([width, height], [width, height]));
  expect([...output]).toEqual(expected.flat());
});

test('channels go to planes: red, green, blue', () => {
  const pixels = PIXEL_MODES.RGBA.toPixels(Uint8Array.from([255, 51, 0, 9, 0, 102, 255, 9]), {
    width: 2,
    height: 1,
  });
  const output = write(pixels, letterbox([2, 1], [2, 1]));
  expect([...output]).toEqual([255, 0, 51, 102, 0, 255]);
});

test('what is left of an earlier image is overwritten by grey', () => {
  const pixels = PIXEL_MODES.L.toPixels(Uint8Array.from([200]), { width: 1, height: 1 });
  const place = letterbox([3, 4], [1, 1], 1, 2);
  write(pixels, place).fill(9);
  const plane = [114, 114, 114, 114, 114, 114, 114, 200, 114, 114, 114, 114];
  expect([...write(pixels, place)]).toEqual([...plane, ...plane, ...plane]);
});

test('a larger picture after a smaller one finds room, and the smaller one comes out as before', () => {
  const small = PIXEL_MODES.L.toPixels(Uint8Array.from([0, 100, 200, 50]), { width: 4, height: 1 });
  const large = PIXEL_MODES.RGB.toPixels(new Uint8Array(3 * 2000 * 900).fill(51), {
    width: 2000,
    height: 900,
  });
  const place = letterbox([8, 1], [8, 1]);
  const before = [...write(small, place)];
  const output = write(large, letterbox([1280, 576], [1280, 576]));
  expect(output.every((value) => value === 51)).toBe(true);
  expect([...write(small, place)]).toEqual(before);
});

test('grey and colour go the same way', () => {
  const size = { width: 37, height: 23 };
  const grey = Uint8Array.from({ length: 37 * 23 }, (_, i) => (i * 73) % 256);
  const colour = Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)] as number);
  const place = letterbox([64, 64], [61, 38], 1, 13);
  const expected = [...write(PIXEL_MODES.RGB.toPixels(colour, size), place)];
  expect([...write(PIXEL_MODES.L.toPixels(grey, size), place)]).toEqual(expected);
});

/** The same by the plainest loop there is, one number at a time. */
function plainly(pixels: Pixels, box: Letterbox): number[] {
  const columns = interpolationTaps(pixels.width, box.resizedWidth);
  const rows = interpolationTaps(pixels.height, box.resizedHeight);
  const at = (x: number, y: number, channel: number) =>
    pixels.data[(y * pixels.width + x) * pixels.pixelBytes + channel] as number;
  const plane = (channel: number) => {
    const output: number[] = Array(box.inputWidth * box.inputHeight).fill(114);
    for (const [y, row] of rows.entries()) {
      for (const [x, { first, second, secondWeight }] of columns.entries()) {
        const mixed = (line: number) =>
          (at(first, line, channel) * (2048 - secondWeight) + at(second, line, channel) * secondWeight) >> 4;
        const upper = (mixed(row.first) * (2048 - row.secondWeight)) >> 16;
        const lower = (mixed(row.second) * row.secondWeight) >> 16;
        output[(box.top + y) * box.inputWidth + box.left + x] = (upper + lower + 2) >> 2;
      }
    }
    return output;
  };
  return [0, pixels.greenOffset, pixels.blueOffset].flatMap(plane);
}

const random = createRandom(1);
function noise(mode: PixelMode, width: number, height: number): Pixels {
  const { bytesPerRow, toPixels } = PIXEL_MODES[mode];
  const next = () => {
    // Black and white are where roundings show.
    return random() < 0.5 ? below(random, 256) : 255 * below(random, 2);
  };
  return toPixels(Uint8Array.from({ length: bytesPerRow(width) * height }, next), { width, height });
}

const sides = [1, 2, 3, 15, 16, 17, 31, 33, 50, 97];

test.each(sides)(
  'pictures %d wide, of any height and layout, give the bytes of the plainest loop',
  (width) => {
    for (const height of sides) {
      for (const mode of Object.keys(PIXEL_MODES) as PixelMode[]) {
        const pixels = noise(mode, width, height);
        for (const size of [32, 64]) {
          const box = rectangularLetterbox(pixels, size, 32);
          const expected = plainly(pixels, box);
          const different = write(pixels, box).findIndex((value, i) => value !== expected[i]);
          expect({ height, mode, size, different }).toEqual({ height, mode, size, different: -1 });
        }
      }
    }
  },
);

/** What the planes hold, as squares of 2 x 2 pixels. */
function toSquares(planes: readonly number[], { inputWidth, inputHeight }: Letterbox): number[] {
  const at = (channel: number, x: number, y: number) => planes[(channel * inputHeight + y) * inputWidth + x];
  const output: number[] = [];
  for (let y = 0; y < inputHeight; y += 2) {
    for (let x = 0; x < inputWidth; x += 2) {
      for (const row of [y, y + 1]) {
        for (const channel of [0, 1, 2])
          output.push(Number(at(channel, x, row)), Number(at(channel, x + 1, row)));
      }
    }
  }
  return output;
}

test.each(sides)('squares have the bytes of the planes, for pictures %d wide', (width) => {
  for (const height of sides) {
    for (const mode of ['RGB', 'L'] as const) {
      const pixels = noise(mode, width, height);
      const box = rectangularLetterbox(pixels, 64, 32);
      const expected = toSquares(plainly(pixels, box), box);
      // What an earlier image has left does not shine through.
      write(pixels, box, 'squares').fill(9);
      const different = write(pixels, box, 'squares').findIndex((value, i) => value !== expected[i]);
      expect({ height, mode, different }).toEqual({ height, mode, different: -1 });
    }
  }
});

test('a row is copied once for all that need it, and only when one does', () => {
  const copied: number[] = [];
  const counting = createNetworkInputWriter(module, (source, target, start, end) => {
    copied.push(start / 12);
    target.set(source.subarray(start, end));
  });
  const pixels = noise('RGB', 4, 9);
  for (const height of [3, 9, 32]) {
    copied.length = 0;
    const box = letterbox([4, 32], [4, height]);
    expect([...counting.write(pixels, box)]).toEqual(plainly(pixels, box));
    const needed = interpolationTaps(9, height).flatMap(({ first, second }) => [first, second]);
    expect(copied).toEqual([...new Set(needed)]);
  }
});
