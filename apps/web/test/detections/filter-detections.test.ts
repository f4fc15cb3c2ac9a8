import { expect, it } from 'vitest';
import { filterDetections } from '../../src/detections/filter-detections.ts';
import { detection } from './detection-fixture.ts';

it('keeps what is sure enough, in order', () => {
  const all = [0.9, 0.5, 0.25, 0.05].map((confidence, id) => detection({ id, confidence }));
  const ids = (minConfidence: number) => filterDetections(all, minConfidence).map(({ id }) => id);
  expect(filterDetections([], 0.25)).toEqual([]);
  expect(ids(0)).toEqual([0, 1, 2, 3]);
  expect(ids(0.25)).toEqual([0, 1, 2]);
  expect(ids(0.26)).toEqual([0, 1]);
  expect(ids(0.95)).toEqual([]);
});
