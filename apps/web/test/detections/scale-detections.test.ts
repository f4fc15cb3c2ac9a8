import { expect, it } from 'vitest';
import { scaleDetections } from '../../src/detections/scale-detections.ts';
import { detection } from './detection-fixture.ts';

const stored = { width: 720, height: 576 };
const found = [detection({ boxXyxy: [72, 0, 360, 576] })];

it('scales each side by its own', () => {
  expect(scaleDetections([], stored, { width: 1024, height: 576 })).toEqual([]);
  const [scaled] = scaleDetections(found, stored, { width: 1440, height: 288 });
  expect(scaled).toEqual({ ...found[0], boxXyxy: [144, 0, 720, 288] });
  expect(found[0]?.boxXyxy).toEqual([72, 0, 360, 576]);
});

it('gives back the same list where nothing changes', () => {
  expect(scaleDetections(found, stored, { ...stored })).toBe(found);
});
