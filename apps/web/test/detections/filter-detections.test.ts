import { describe, expect, it } from 'vitest';
import { ALL_CLASSES, countByClass, filterDetections } from '../../src/detections/filter-detections.ts';
import { detection } from './detection-fixture.ts';

const all = [0.9, 0.5, 0.26, 0.06].map((confidence, id) => detection({ id, confidence, classId: id % 2 }));

describe('filterDetections', () => {
  const ids = (minConfidence: number, classes = ALL_CLASSES) =>
    filterDetections(all, minConfidence, classes).map(({ id }) => id);

  it('keeps what is sure enough, in order', () => {
    expect(filterDetections([], 0.25)).toEqual([]);
    expect(ids(0)).toEqual([0, 1, 2, 3]);
    expect(ids(0.25)).toEqual([0, 1, 2]);
    expect(ids(0.27)).toEqual([0, 1]);
    expect(ids(0.95)).toEqual([]);
  });

  it('leaves out what only reaches the limit, as the server does', () => {
    expect(ids(0.5)).toEqual([0]);
    // 0.3 in single precision is a little more than 0.3.
    expect(filterDetections([detection({ confidence: Math.fround(0.3) })], 0.3)).toEqual([]);
  });

  it('keeps the classes that are asked for', () => {
    expect(ids(0, new Set([1]))).toEqual([1, 3]);
    expect(ids(0, new Set([1, 0]))).toEqual([0, 1, 2, 3]);
    expect(ids(0, new Set([7]))).toEqual([]);
  });
});

describe('countByClass', () => {
  it('counts, the most frequent first', () => {
    expect(countByClass([])).toEqual([]);
    const detections = [15, 16, 16].map((classId, id) =>
      detection({ id, classId, name: `class ${classId}` }),
    );
    expect(countByClass(detections)).toEqual([
      { classId: 16, name: 'class 16', count: 2 },
      { classId: 15, name: 'class 15', count: 1 },
    ]);
  });
});
