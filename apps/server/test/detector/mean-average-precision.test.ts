import { expect, test } from 'vitest';
import { meanAveragePrecision } from './mean-average-precision.ts';

const label = { classId: 0, xmin: 0, ymin: 0, xmax: 10, ymax: 10 };
const hit = { ...label, confidence: 0.9, name: 'a' };

test('finding everything exactly is nearly 1', () => {
  // the reference's curve ends at precision 0, so its area misses half of the last hundredth
  expect(meanAveragePrecision([{ labels: [label], detections: [hit] }])).toBeCloseTo(0.995, 6);
});

test('finding nothing is 0', () => {
  expect(meanAveragePrecision([{ labels: [label], detections: [] }])).toBe(0);
});

test('a box that is half right counts at the thresholds it passes', () => {
  const wide = { ...hit, xmax: 16 }; // IoU 0.625: passes 0.50, 0.55 and 0.60
  expect(meanAveragePrecision([{ labels: [label], detections: [wide] }])).toBeCloseTo(0.995 * 0.3, 6);
});

test('a second box on the same object is wrong', () => {
  const twice = [{ ...hit, confidence: 0.95 }, hit];
  const both = [label, { ...label, xmin: 50, xmax: 60 }];
  expect(meanAveragePrecision([{ labels: both, detections: twice }])).toBeCloseTo(0.6225, 6);
});
