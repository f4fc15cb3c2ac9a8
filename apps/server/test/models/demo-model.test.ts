// The demonstration model, from its checkpoint to boxes, on scenes that it was not trained on.
import { statSync } from 'node:fs';
import { drawScene, PLACES, type PlaceName, type Scene, type SceneOptions } from '@boxwire/scenes';
import { CLASSES } from '@boxwire/scenes/classes';
import { renderScene } from '@boxwire/scenes/render';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DetectionOptions, Detector } from '../../src/detector/detector.ts';
import { iou, meanAveragePrecision } from '../detector/mean-average-precision.ts';
import { DEMO_CHECKPOINT, openDetector, temporaryFolder } from '../small-model.ts';

const folder = temporaryFolder();
const places = Object.keys(PLACES) as PlaceName[];
let detector: Detector;
let ordinary: Picture[];
let large: Picture[];

beforeAll(async () => {
  ordinary = await draw(60, (i) => ({ seed: `demo-model test ${i}`, width: 640, height: 384 }));
  large = await draw(20, (i) => ({ seed: `large ${i}`, place: places[i % 5], width: 1280, height: 720 }));
  detector = await openDetector(DEMO_CHECKPOINT, folder.path, { workers: 1 });
});
afterAll(async () => {
  await detector.close();
  folder.remove();
});

interface Picture {
  readonly scene: Scene;
  readonly data: Uint8Array;
}

function draw(count: number, options: (i: number) => SceneOptions): Promise<Picture[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const scene = drawScene(options(i));
      return { scene, data: await renderScene(scene) };
    }),
  );
}

async function look(pictures: readonly Picture[], options: DetectionOptions = {}) {
  const images = [];
  for (const { scene, data } of pictures) {
    const { detections } = await detector.detect({ mode: '', width: 0, height: 0, data }, options);
    images.push({ detections, labels: scene.objects });
  }
  return images;
}

/** The share of objects seen at least half that have a box of their class. */
function found(images: Awaited<ReturnType<typeof look>>): number {
  const hits = images.flatMap(({ detections, labels }) =>
    labels
      .filter(({ visible }) => visible > 0.5)
      .map((label) => detections.some((box) => box.classId === label.classId && iou(box, label) > 0.5)),
  );
  return hits.filter(Boolean).length / hits.length;
}

/** The share of boxes that have an object of their class. */
function right(images: Awaited<ReturnType<typeof look>>): number {
  const hits = images.flatMap(({ detections, labels }) =>
    detections.map((box) => labels.some((label) => label.classId === box.classId && iou(box, label) > 0.45)),
  );
  return hits.filter(Boolean).length / hits.length;
}

test('it is small, and knows what the scenes are made of', () => {
  expect(statSync(DEMO_CHECKPOINT).size).toBeLessThan(2_000_000);
  expect(detector.model.classes).toEqual(CLASSES);
});

test('its mean average precision on fresh scenes is near what its card says', async () => {
  const precision = meanAveragePrecision(await look(ordinary, { confidence: 0.001, iou: 0.6 }));
  expect(precision).toBeGreaterThan(0.55);
});

test('with the defaults it finds most of what is in a picture, and little else', async () => {
  const images = await look(ordinary);
  expect(found(images)).toBeGreaterThan(0.85);
  expect(right(images)).toBeGreaterThan(0.85);
});

test('it finds as much in larger pictures, which are scaled down', async () => {
  const images = await look(large);
  expect(found(images)).toBeGreaterThan(0.85);
});
