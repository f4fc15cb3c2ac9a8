import { expect, it } from 'vitest';
import { countObjects, formatBox, formatConfidence, tallyByClass } from '../../src/detections/words.ts';
import { detection } from './detection-fixture.ts';

it.each([
  [0, '0%'],
  [0.25, '25%'],
  [0.876, '88%'],
  [0.999, '99%'],
  [1, '100%'],
])('formats the confidence %f as %s', (confidence, text) => {
  expect(formatConfidence(confidence)).toBe(text);
});

it.each([
  [0, 'No objects'],
  [1, '1 object'],
  [1000, '1,000 objects'],
])('counts %i as %s', (count, text) => {
  expect(countObjects(count)).toBe(text);
});

it('tallies by class, the most frequent first', () => {
  expect(tallyByClass([])).toBe('');
  const names = ['bus', 'person', 'person', 'tie'];
  expect(tallyByClass(names.map((name) => detection({ name })))).toBe('2 × person, 1 × bus, 1 × tie');
});

it('says where a box is in whole pixels', () => {
  expect(formatBox(detection({ boxXyxy: [10.4, 20.6, 110.2, 70.9] }))).toBe('100 × 50 px at 10, 21');
});
