import { expect, test } from 'vitest';
import { nonMaximumSuppression } from '../../src/yolo/non-maximum-suppression.ts';

function candidates(
  ...boxes: [x1: number, y1: number, x2: number, y2: number, confidence: number, classId: number][]
) {
  return {
    boxesXyxy: Float32Array.from(boxes.flatMap((box) => box.slice(0, 4))),
    confidences: Float32Array.from(boxes, (box) => box[4]),
    classIds: Int32Array.from(boxes, (box) => box[5]),
  };
}

test('nothing in, nothing out', () => {
  expect(nonMaximumSuppression(candidates(), 0.45, 1000)).toEqual([]);
});

test('the more confident of two overlapping boxes of a class stays', () => {
  const found = nonMaximumSuppression(candidates([0, 0, 10, 10, 0.5, 0], [1, 0, 11, 10, 0.9, 0]), 0.45, 1000);
  expect(found).toEqual([1]);
});

test('another class is no rival', () => {
  const found = nonMaximumSuppression(candidates([0, 0, 10, 10, 0.5, 0], [1, 0, 11, 10, 0.9, 1]), 0.45, 1000);
  expect(found).toEqual([1, 0]);
});

test('an overlap of just the threshold is allowed', () => {
  const halves = candidates([0, 0, 10, 10, 0.9, 0], [0, 0, 10, 5, 0.8, 0]);
  expect(nonMaximumSuppression(halves, 0.5, 1000)).toEqual([0, 1]);
  expect(nonMaximumSuppression(halves, 0.49, 1000)).toEqual([0]);
});

test('a suppressed box suppresses nobody', () => {
  const chain = candidates([0, 0, 10, 10, 0.9, 0], [4, 0, 14, 10, 0.8, 0], [8, 0, 18, 10, 0.7, 0]);
  expect(nonMaximumSuppression(chain, 0.4, 1000)).toEqual([0, 2]);
});

test('at most so many, the most confident ones', () => {
  const apart = candidates([0, 0, 1, 1, 0.3, 0], [2, 0, 3, 1, 0.9, 0], [4, 0, 5, 1, 0.6, 0]);
  expect(nonMaximumSuppression(apart, 0.45, 2)).toEqual([1, 2]);
});

test('equal confidences keep their order', () => {
  const apart = candidates([0, 0, 1, 1, 0.5, 0], [2, 0, 3, 1, 0.5, 0], [4, 0, 5, 1, 0.5, 0]);
  expect(nonMaximumSuppression(apart, 0.45, 1000)).toEqual([0, 1, 2]);
});
