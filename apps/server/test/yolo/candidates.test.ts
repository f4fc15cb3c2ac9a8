import { expect, test } from 'vitest';
import { readCandidates } from '../../src/yolo/candidates.ts';

/** Rows of a network with three classes: x, y, width, height, objectness, scores. */
function output(...rows: number[][]): Float32Array {
  return Float32Array.from(rows.flat());
}

test('no rows, no candidates', () => {
  expect(readCandidates(output(), 3, 0.25).classIds).toHaveLength(0);
});

test('a row becomes corners, its best class and objectness times score', () => {
  const found = readCandidates(output([50, 40, 20, 10, 0.5, 0.1, 0.8, 0.3]), 3, 0.25);
  expect([...found.boxesXyxy]).toEqual([40, 35, 60, 45]);
  expect([...found.classIds]).toEqual([1]);
  expect(found.confidences[0]).toBeCloseTo(0.4, 6);
});

test('only what is above the threshold is kept', () => {
  const found = readCandidates(
    output(
      [1, 1, 1, 1, 0.2, 1, 1, 1], // objectness below
      [2, 2, 1, 1, 0.9, 0.2, 0.1, 0.1], // product below
      [3, 3, 1, 1, 0.5, 0.5, 0, 0], // product just at it
      [4, 4, 1, 1, 0.9, 0, 0, 0.9],
    ),
    3,
    0.25,
  );
  expect([...found.classIds]).toEqual([2]);
});

test('a class filter looks at the best class alone', () => {
  const rows = output([1, 1, 1, 1, 1, 0.9, 0.8, 0], [2, 2, 1, 1, 1, 0.1, 0.8, 0]);
  const found = readCandidates(rows, 3, 0.25, new Set([1]));
  expect([...found.boxesXyxy]).toEqual([1.5, 1.5, 2.5, 2.5]);
});

test('a row of NaN is no candidate', () => {
  expect(readCandidates(output(new Array(8).fill(Number.NaN)), 3, 0).classIds).toHaveLength(0);
});
