// The whole detector against what the reference pipeline (YOLOv5 v7.0 in PyTorch) says about each picture.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDetector } from '../../src/detector/create-detector.ts';
import type { Detection, DetectionResult, Detector } from '../../src/detector/detector.ts';
import { prepareModel } from '../../src/models/model-store.ts';
import { describeWithShared, sharedPath } from '../shared-files.ts';
import { iou, type Label, meanAveragePrecision } from './mean-average-precision.ts';

interface Golden {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly autoshape: { readonly detections: readonly (Detection & { readonly class: number })[] };
}

/** Confidence from which a box has to be found, or justified. */
const CERTAIN = 0.3;

const needs = ['models/yolov5n.pt', 'media/images', 'media/labels', 'golden/images', 'golden/map.json'];

describeWithShared('parity with the reference pipeline', needs, () => {
  const folder = mkdtempSync(join(tmpdir(), 'parity-'));
  let detector: Detector;
  beforeAll(async () => {
    const model = await prepareModel({ model: sharedPath('models/yolov5n.pt'), modelDir: folder });
    const limits = { maxPixels: 64_000_000, maxDetections: 1000, maxImageSize: 1280, maxQueue: 1000 };
    detector = await createDetector(model, { workers: 2, ...limits });
  });
  afterAll(async () => {
    await detector?.close();
    rmSync(folder, { recursive: true });
  });

  function detect(image: string): Promise<DetectionResult> {
    const data = readFileSync(sharedPath(`media/images/${image}`));
    return detector.detect({ mode: '', width: 0, height: 0, data }, {});
  }

  test.each(readdirSync(sharedPath('golden/images')))('%s', async (file) => {
    const golden: Golden = JSON.parse(readFileSync(sharedPath(`golden/images/${file}`), 'utf8'));
    const expected = golden.autoshape.detections.map((box) => ({ ...box, classId: box.class }));
    const { detections, width, height } = await detect(golden.image);
    expect({ width, height }).toEqual({ width: golden.width, height: golden.height });
    expect(unmatched(expected, detections)).toEqual([]);
    expect(unmatched(detections, expected)).toEqual([]);
  });

  test('the accuracy on labelled photographs is the reference’s', async () => {
    const files = readdirSync(sharedPath('media/labels'));
    const images = await Promise.all(
      files.map(async (file) => {
        const result = await detect(file.replace('.txt', '.jpg'));
        return { detections: result.detections, labels: readLabels(file, result) };
      }),
    );
    const golden = JSON.parse(readFileSync(sharedPath('golden/map.json'), 'utf8'));
    const reference = golden['open | auto | serving: conf 0.25 iou 0.45 best class max_det 1000'];
    expect(images).toHaveLength(reference.images);
    expect(Math.abs(meanAveragePrecision(images) - reference.mAP50_95)).toBeLessThan(0.002);
  });
});

/** The certain boxes of one list that have no counterpart in the other. */
function unmatched(boxes: readonly Detection[], others: readonly Detection[]): Detection[] {
  const matches = (a: Detection, b: Detection) =>
    a.classId === b.classId && iou(a, b) >= 0.95 && Math.abs(a.confidence - b.confidence) <= 0.02;
  return boxes.filter((box) => box.confidence >= CERTAIN && !others.some((other) => matches(box, other)));
}

/** Labels in YOLO's text form: class, centre x, centre y, width and height as shares of the picture. */
function readLabels(file: string, size: { width: number; height: number }): Label[] {
  const lines = readFileSync(sharedPath(`media/labels/${file}`), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => {
    const [classId, x, y, width, height] = line.split(' ').map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return {
      classId,
      xmin: (x - width / 2) * size.width,
      ymin: (y - height / 2) * size.height,
      xmax: (x + width / 2) * size.width,
      ymax: (y + height / 2) * size.height,
    };
  });
}
