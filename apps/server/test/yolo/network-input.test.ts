import { expect, test } from 'vitest';
import { type Letterbox, rectangularLetterbox } from '../../src/yolo/letterbox.ts';
import { writeNetworkInput } from '../../src/yolo/network-input.ts';
import { PIXEL_MODES } from '../../src/yolo/pixels.ts';

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

/** The planes as bytes again. */
function bytesOf(output: Float32Array | Float16Array): number[] {
  return Array.from(output, (value) => Math.round(value * 255));
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
  const output = new Float32Array(3 * width);
  writeNetworkInput(pixels, letterbox([width, 1], [width, 1]), output);
  expect(bytesOf(output)).toEqual([...expected, ...expected, ...expected]);
});

test('columns are resampled as rows are', () => {
  const pixels = PIXEL_MODES.L.toPixels(Uint8Array.from([0, 100, 200, 50]), { width: 1, height: 4 });
  const output = new Float32Array(3 * 8);
  writeNetworkInput(pixels, letterbox([1, 8], [1, 8]), output);
  expect(bytesOf(output.subarray(0, 8))).toEqual([0, 25, 75, 125, 175, 163, 88, 50]);
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
  const output = new Float32Array(3 * width * height);
  const pixels = PIXEL_MODES.RGB.toPixels(data, { width: 5, height: 4 });
  writeNetworkInput(pixels, letterbox([width, height], [width, height]), output);
  expect(bytesOf(output)).toEqual(expected.flat());
});

test('channels go to planes: red, green, blue, from 0 to 1', () => {
  const pixels = PIXEL_MODES.RGBA.toPixels(Uint8Array.from([255, 51, 0, 9, 0, 102, 255, 9]), {
    width: 2,
    height: 1,
  });
  const output = new Float32Array(6);
  writeNetworkInput(pixels, letterbox([2, 1], [2, 1]), output);
  expect([...output].map((value) => Number(value.toFixed(6)))).toEqual([1, 0, 0.2, 0.4, 0, 1]);
});

test('what is left of an earlier image is overwritten by grey', () => {
  const pixels = PIXEL_MODES.L.toPixels(Uint8Array.from([200]), { width: 1, height: 1 });
  const output = new Float32Array(3 * 3 * 4).fill(0.9);
  writeNetworkInput(pixels, letterbox([3, 4], [1, 1], 1, 2), output);
  const plane = [114, 114, 114, 114, 114, 114, 114, 200, 114, 114, 114, 114];
  expect(bytesOf(output)).toEqual([...plane, ...plane, ...plane]);
});

test('half precision gets the same picture', () => {
  const size = { width: 37, height: 23 };
  const data = Uint8Array.from({ length: 37 * 23 * 3 }, (_, i) => (i * 73) % 256);
  const box = rectangularLetterbox(size, 64, 32);
  const single = new Float32Array(3 * box.inputWidth * box.inputHeight);
  const half = new Float16Array(single.length);
  writeNetworkInput(PIXEL_MODES.RGB.toPixels(data, size), box, single);
  writeNetworkInput(PIXEL_MODES.RGB.toPixels(data, size), box, half);
  expect(bytesOf(half)).toEqual(bytesOf(single));
});
