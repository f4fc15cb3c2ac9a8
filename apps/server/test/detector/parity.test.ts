// The whole detector against what the reference pipeline (YOLOv5 v7.0 in PyTorch) says about each picture.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPictures, type Pictures } from '../../src/detector/decoder/pictures.ts';
import type { Detection, DetectionResult, Detector } from '../../src/detector/detector.ts';
import type { Scaling } from '../../src/yolo/letterbox.ts';
import { describeWithShared, sharedPath } from '../shared-files.ts';
import { IMAGE_LIMITS, openDetector, temporaryFolder } from '../small-model.ts';
import { pixelsOf } from './decoder/pixels-of.ts';
import { readLabels } from './labels.ts';
import { meanAveragePrecision } from './mean-average-precision.ts';
import { unmatchedBoxes } from './unmatched-boxes.ts';

interface Golden {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  /** Of the upright RGB pixels. */
  readonly decoded_rgb_sha256: string;
  readonly autoshape: {
    readonly detections: readonly (Detection & { readonly class: number })[];
    /** Of the network's input as RGB bytes; absent where the reference fails. */
    readonly letterbox_rgb_sha256?: string;
  };
}

const needs = ['models/yolov5n.pt', 'media/images', 'media/labels', 'golden/images', 'golden/map.json'];

describeWithShared('parity with the reference pipeline', needs, () => {
  const { path: folder, remove } = temporaryFolder();
  let detector: Detector;
  let pictures: Pictures;
  beforeAll(async () => {
    detector = await openDetector(sharedPath('models/yolov5n.pt'), folder, { workers: 2 });
    pictures = await createPictures({ ...IMAGE_LIMITS, count: 1 });
  });
  afterAll(async () => {
    await detector?.close();
    await pictures?.close();
    remove();
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
    expect(unmatchedBoxes(expected, detections)).toEqual([]);
    expect(unmatchedBoxes(detections, expected)).toEqual([]);
  });

  test.each(readdirSync(sharedPath('golden/images')))('%s: the network sees the same bytes', async (file) => {
    const golden: Golden = JSON.parse(readFileSync(sharedPath(`golden/images/${file}`), 'utf8'));
    const data = readFileSync(sharedPath(`media/images/${golden.image}`));
    const seen = async (scaling: Scaling) => {
      const take = (bytes: number) => new Uint8Array(bytes);
      return sha256(pixelsOf(await pictures.prepare({ width: 0, height: 0, data }, scaling, take)));
    };
    const { width, height } = golden;
    expect(await seen({ fixedSize: { width, height } })).toBe(golden.decoded_rgb_sha256);
    const expected = golden.autoshape.letterbox_rgb_sha256;
    if (expected !== undefined) expect(await seen({ imageSize: 640, stride: 32 })).toBe(expected);
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

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
