// The whole detector: what it finds in which images.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TensorProto_DataType as DataType } from '@boxwire/proto/onnx/onnx';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { prepareModel } from '../../src/models/model-store.ts';
import { PIXEL_MODES } from '../../src/yolo/pixels.ts';
import { fakeOnnx } from '../models/support/write-onnx.ts';
import { anything, folder, model, noise, open } from './support/small-detector.ts';

test('boxes lie in the image, most confident first, with names and timings', async () => {
  const { detect } = await open();
  const { width, height, detections, timings } = await detect(noise(300, 200, 1), anything);
  expect([width, height]).toEqual([300, 200]);
  expect(detections.length).toBeGreaterThan(10);
  for (const box of detections) {
    expect(box.xmin).toBeGreaterThanOrEqual(0);
    expect(box.ymin).toBeGreaterThanOrEqual(0);
    expect(box.xmax).toBeLessThanOrEqual(300);
    expect(box.ymax).toBeLessThanOrEqual(200);
    expect(box.name).toBe(model.classes[box.classId]);
  }
  const confidences = detections.map(({ confidence }) => confidence);
  expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
  expect(Object.values(timings).every((ms) => ms >= 0)).toBe(true);
  expect(timings.inferenceMs).toBeGreaterThan(0);
});

test('boxes reach beyond the image when asked to, and are otherwise the same', async () => {
  const { detect } = await open();
  const image = noise(300, 200, 1);
  const clipped = (await detect(image, anything)).detections;
  const whole = (await detect(image, { ...anything, unclipped: true })).detections;
  expect(whole.some(({ xmin, ymin, xmax, ymax }) => xmin < 0 || ymin < 0 || xmax > 300 || ymax > 200)).toBe(
    true,
  );
  const inside = (value: number, size: number) => Math.min(Math.max(value, 0), size);
  expect(
    whole.map((box) => ({
      ...box,
      ...{ xmin: inside(box.xmin, 300), ymin: inside(box.ymin, 200) },
      ...{ xmax: inside(box.xmax, 300), ymax: inside(box.ymax, 200) },
    })),
  ).toEqual(clipped);
});

test('the same pixels give the same boxes, whether raw or in a file', async () => {
  const { detect } = await open();
  const raw = noise(301, 203, 2);
  const png = await sharp(raw.data, { raw: { width: 301, height: 203, channels: 3 } })
    .png()
    .toBuffer();
  const fromRaw = await detect(raw, anything);
  const fromFile = await detect({ mode: '', width: 0, height: 0, data: png }, anything);
  expect(fromFile.detections).toEqual(fromRaw.detections);
});

test('options decide what is found', async () => {
  const { detect } = await open();
  const image = noise(320, 320, 3);
  const all = (await detect(image, anything)).detections;
  const one = (await detect(image, { ...anything, classes: [model.classes[1] as string] })).detections;
  const few = (await detect(image, { ...anything, maxDetections: 3 })).detections;
  const sure = (await detect(image, { ...anything, confidence: all[4]?.confidence })).detections;
  expect(one.length).toBeGreaterThan(0);
  expect(new Set(one.map(({ classId }) => classId))).toEqual(new Set([1]));
  expect(few).toEqual(all.slice(0, 3));
  expect(sure).toEqual(all.slice(0, 4));
});

test('a half-precision network of one size', async () => {
  // All rows of its output are alike: one box of 40x40 pixels around (40, 40), of confidence 0.5 * 0.5.
  const path = join(folder.path, 'half.onnx');
  const outputs = [{ name: 'output0', dims: [1, 252, 6] }];
  writeFileSync(path, fakeOnnx({ input: [1, 3, 64, 64], inputType: DataType.FLOAT16, outputs }));
  const half = await prepareModel({ model: path, modelDir: folder.path });
  const { detect } = await open({ workers: 1 }, half);
  const { detections } = await detect(noise(128, 128, 9), { confidence: 0.2 });
  expect(detections).toEqual([
    { xmin: 40, ymin: 40, xmax: 120, ymax: 120, confidence: 0.25, classId: 0, name: 'class0' },
  ]);
});

test('an image without bytes is refused', async () => {
  const { detect } = await open();
  for (const mode of ['', 'RGB']) {
    const nothing = detect({ mode, width: 1, height: 1, data: new Uint8Array() }, {});
    await expect(nothing).rejects.toMatchObject({ kind: 'invalid', message: 'data is empty' });
  }
});

test('raw pixels of every mode are searched', async () => {
  const { detect } = await open();
  const [width, height] = [65, 43];
  for (const [mode, { bytesPerRow }] of Object.entries(PIXEL_MODES)) {
    const data = new Uint8Array(bytesPerRow(width) * height);
    expect(await detect({ mode, width, height, data }, {}), mode).toMatchObject({ width, height });
  }
});

test('a wrong image fails alone', async () => {
  const { detect } = await open();
  const results = await Promise.allSettled([
    detect(noise(64, 64, 1), {}),
    detect({ mode: 'RGB', width: 2, height: 2, data: new Uint8Array(3) }, {}),
    detect(noise(64, 64, 2), {}),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
