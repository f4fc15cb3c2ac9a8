import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/detections/detection.ts';
import { intersectionOverUnion, suppressOverlaps } from '../../src/detections/suppress-overlaps.ts';
import { detection } from './detection-fixture.ts';

describe('intersectionOverUnion', () => {
  it.each<[string, Box, Box, number]>([
    ['the same box', [0, 0, 10, 10], [0, 0, 10, 10], 1],
    ['half of it', [0, 0, 10, 10], [0, 0, 10, 5], 0.5],
    ['a quarter of each', [0, 0, 2, 2], [1, 1, 3, 3], 1 / 7],
    ['boxes that touch', [0, 0, 10, 10], [10, 0, 20, 10], 0],
    ['boxes far apart', [0, 0, 1, 1], [5, 5, 6, 6], 0],
    ['an empty box', [3, 3, 3, 3], [0, 0, 10, 10], 0],
    ['boxes beyond the picture', [-10, -10, 10, 10], [-10, -10, 10, 0], 0.5],
  ])('of %s', (_, a, b, expected) => {
    expect(intersectionOverUnion(a, b)).toBeCloseTo(expected, 12);
    expect(intersectionOverUnion(b, a)).toBeCloseTo(expected, 12);
  });
});

describe('suppressOverlaps', () => {
  /** Boxes of ten by ten, moved right by so much. */
  const at = (id: number, left: number, classId = 0) =>
    detection({ id, classId, confidence: 0.9 - id / 100, boxXyxy: [left, 0, left + 10, 10] });
  const ids = (candidates: ReturnType<typeof at>[], iou: number) =>
    suppressOverlaps(candidates, iou).map(({ id }) => id);

  it('keeps nothing of nothing', () => {
    expect(suppressOverlaps([], 0.45)).toEqual([]);
  });

  it('keeps the surer of two that overlap', () => {
    expect(ids([at(0, 0), at(1, 1), at(2, 20)], 0.45)).toEqual([0, 2]);
  });

  it('lets different classes overlap', () => {
    expect(ids([at(0, 0, 1), at(1, 0, 2)], 0.45)).toEqual([0, 1]);
  });

  it('compares with those alone that it kept: a chain breaks in the middle', () => {
    // 0 removes 1, which would have removed 2.
    expect(ids([at(0, 0), at(1, 3), at(2, 6)], 0.45)).toEqual([0, 2]);
    // Nobody removes 1 at this limit, so both stay.
    expect(ids([at(0, 0), at(1, 3), at(2, 6)], 0.6)).toEqual([0, 1, 2]);
  });

  it('removes what overlaps by more than the limit, not what overlaps by just that', () => {
    const half = [at(0, 0), detection({ id: 1, boxXyxy: [0, 0, 10, 5] })];
    expect(ids(half, 0.5)).toEqual([0, 1]);
    expect(ids(half, 0.4999)).toEqual([0]);
  });

  it('removes nothing at 1, and every overlap at 0', () => {
    expect(ids([at(0, 0), at(1, 0), at(2, 9)], 1)).toEqual([0, 1, 2]);
    expect(ids([at(0, 0), at(1, 0), at(2, 9), at(3, 10)], 0)).toEqual([0, 3]);
  });
});
