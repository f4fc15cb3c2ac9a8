import { expect, test } from 'vitest';
import { intersectionOverUnion } from '../../src/yolo/boxes.ts';

const cases: [name: string, a: number[], b: number[], expected: number][] = [
  ['the same box', [0, 0, 10, 10], [0, 0, 10, 10], 1],
  ['a quarter inside', [0, 0, 10, 10], [0, 0, 5, 5], 0.25],
  ['half shifted', [0, 0, 10, 10], [5, 0, 15, 10], 50 / 150],
  ['touching at an edge', [0, 0, 10, 10], [10, 0, 20, 10], 0],
  ['apart', [0, 0, 1, 1], [5, 5, 6, 6], 0],
  ['apart in y alone', [0, 0, 10, 1], [0, 5, 10, 6], 0],
  ['a box without area', [3, 3, 3, 3], [0, 0, 10, 10], 0],
];

test.each(cases)('%s', (_, a, b, expected) => {
  const boxes = Float32Array.from([...a, ...b]);
  expect(intersectionOverUnion(boxes, 0, 1)).toBeCloseTo(expected, 6);
  expect(intersectionOverUnion(boxes, 1, 0)).toBeCloseTo(expected, 6);
});
