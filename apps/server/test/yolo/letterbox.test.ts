import { expect, test } from 'vitest';
import { boxesToImage, clipBoxes, fixedLetterbox, rectangularLetterbox } from '../../src/yolo/letterbox.ts';

const geometries: [
  width: number,
  height: number,
  input: string,
  resized: string,
  left: number,
  top: number,
][] = [
  [1280, 720, '640x384', '640x360', 0, 12],
  [640, 480, '640x480', '640x480', 0, 0],
  [810, 1080, '480x640', '480x640', 0, 0],
  [800, 1080, '480x640', '474x640', 3, 0],
  [1352, 118, '640x64', '640x56', 0, 4],
  [451, 300, '640x448', '640x426', 0, 11],
  [1, 1, '640x640', '640x640', 0, 0],
  // an odd rest: one row more below than above
  [640, 361, '640x384', '640x361', 0, 11],
  // thinner than one pixel of the input: the picture and the input keep a size
  [10_000, 1, '640x32', '640x1', 0, 15],
  [1, 10_000, '32x640', '1x640', 15, 0],
];

test.each(geometries)('%dx%d becomes $2 around $3', (width, height, input, resized, left, top) => {
  const box = rectangularLetterbox({ width, height }, 640, 32);
  expect(`${box.inputWidth}x${box.inputHeight}`).toBe(input);
  expect(`${box.resizedWidth}x${box.resizedHeight}`).toBe(resized);
  expect([box.left, box.top]).toEqual([left, top]);
});

test('an image size that is no multiple of the stride is rounded up, as the reference does', () => {
  const box = rectangularLetterbox({ width: 1000, height: 500 }, 500, 32);
  expect([box.inputWidth, box.inputHeight]).toEqual([512, 256]);
});

test('a network of one size gets the picture in its middle', () => {
  const box = fixedLetterbox({ width: 1280, height: 720 }, { width: 640, height: 640 });
  expect(box).toEqual({
    inputWidth: 640,
    inputHeight: 640,
    resizedWidth: 640,
    resizedHeight: 360,
    left: 0,
    top: 140,
  });
});

test('boxes go back to the picture, and can be clipped to it', () => {
  const image = { width: 1280, height: 720 };
  const boxes = Float32Array.from([0, 12, 320, 192, -50, -50, 700, 500]);
  boxesToImage(boxes, rectangularLetterbox(image, 640, 32), image);
  expect([...boxes]).toEqual([0, 0, 640, 360, -100, -124, 1400, 976]);
  clipBoxes(boxes, image);
  expect([...boxes]).toEqual([0, 0, 640, 360, 0, 0, 1280, 720]);
});

test('no boxes stay no boxes', () => {
  const image = { width: 10, height: 10 };
  const boxes = new Float32Array(0);
  boxesToImage(boxes, rectangularLetterbox(image, 640, 32), image);
  expect(boxes).toHaveLength(0);
});
