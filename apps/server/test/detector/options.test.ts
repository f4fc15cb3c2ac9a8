import { expect, test } from 'vitest';
import type { DetectionOptions } from '../../src/detector/detector.ts';
import { planSearch } from '../../src/detector/options.ts';
import type { Model } from '../../src/models/model.ts';

const model: Model = {
  name: 'fruit',
  classes: ['apple', 'pear', 'plum'],
  stride: 32,
  elementType: 'float32',
  inputOrder: 'planes',
  inputName: 'images',
  hasFloor: true,
  precision: 'float32',
  outputName: 'output0',
  sha256: '',
  onnxPath: '',
};
const limits = { maxDetections: 2000, maxImageSize: 1280 };

test('the defaults are the reference’s', () => {
  const plan = planSearch({}, model, limits);
  expect(plan.criteria).toEqual({ confidence: 0.25, iou: 0.45, maxDetections: 1000 });
  expect(plan.scaling).toEqual({ imageSize: 640, stride: 32 });
});

test('a server that allows fewer boxes than the default lowers the default', () => {
  expect(planSearch({}, model, { ...limits, maxDetections: 100 }).criteria.maxDetections).toBe(100);
});

test('zero is a value, not an absence', () => {
  expect(planSearch({ confidence: 0, iou: 0 }, model, limits).criteria).toMatchObject({
    confidence: 0,
    iou: 0,
  });
});

test('classes are found by name', () => {
  const plan = planSearch({ classes: ['plum', 'apple', 'plum'] }, model, limits);
  expect(plan.criteria.classIds).toEqual(new Set([2, 0]));
});

test('classes that share a name are found together', () => {
  const plan = planSearch({ classes: ['a'] }, { ...model, classes: ['a', 'b', 'a'] }, limits);
  expect(plan.criteria.classIds).toEqual(new Set([0, 2]));
});

test('boxes may be asked for as the network sees them', () => {
  expect(planSearch({ unclipped: true }, model, limits).criteria.unclipped).toBe(true);
});

test('the input can be smaller or larger', () => {
  expect(planSearch({ imageSize: 320 }, model, limits).scaling).toEqual({ imageSize: 320, stride: 32 });
});

test('a model of one size has that and no other', () => {
  const fixed = { ...model, fixedSize: { width: 416, height: 416 } };
  const { fixedSize } = fixed;
  expect(planSearch({}, fixed, limits).scaling).toEqual({ fixedSize });
  expect(planSearch({ imageSize: 416 }, fixed, limits).scaling).toEqual({ fixedSize });
  expect(() => planSearch({ imageSize: 640 }, fixed, limits)).toThrow(
    'options.image_size is 640, the model fruit accepts only its own size, 416',
  );
});

const refused: [options: DetectionOptions, kind: string, message: string][] = [
  [{ confidence: -0.1 }, 'invalid', 'options.confidence is -0.1, allowed is 0 to 1'],
  [{ confidence: 1.5 }, 'invalid', 'options.confidence is 1.5, allowed is 0 to 1'],
  [{ confidence: Number.NaN }, 'invalid', 'options.confidence is NaN'],
  [{ iou: 2 }, 'invalid', 'options.iou is 2, allowed is 0 to 1'],
  [{ iou: Number.NEGATIVE_INFINITY }, 'invalid', 'options.iou is -Infinity'],
  [{ maxDetections: 0 }, 'invalid', 'options.max_detections is 0, allowed is a whole number from 1 to 2000'],
  [{ maxDetections: -5 }, 'invalid', 'options.max_detections is -5'],
  [{ maxDetections: 2001 }, 'too-large', 'options.max_detections is 2001, MAX_DETECTIONS allows 2000'],
  [{ imageSize: 31 }, 'invalid', 'options.image_size is 31, allowed is a whole number from 32 to 1280'],
  [{ imageSize: 1281 }, 'too-large', 'options.image_size is 1281, MAX_IMAGE_SIZE allows 1280'],
  [{ imageSize: 0 }, 'invalid', 'options.image_size is 0'],
  [{ classes: ['kiwi'] }, 'invalid', 'options.classes has "kiwi", which the model fruit does not know'],
  [{ classes: Array(99).fill('kiwi') }, 'invalid', 'options.classes has 99 names, the model fruit knows '],
  [{ classes: ['x'.repeat(5000)] }, 'invalid', `"${'x'.repeat(40)}..."`],
];

test.each(refused)('%j is %s', (options, kind, message) => {
  expect(() => planSearch(options, model, limits)).toThrow(
    expect.objectContaining({ kind, message: expect.stringContaining(message) }),
  );
});
