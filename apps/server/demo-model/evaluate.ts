// The numbers of the model's card, by the service's own detector: node evaluate.ts SCENES [MODEL]
// SCENES: a folder that `node packages/scenes/src/main.ts` has drawn into. MODEL: default demo; or a path.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createDetector } from '../src/detector/create-detector.ts';
import { prepareModel } from '../src/models/model-store.ts';
import {
  averagePrecisions,
  type Evaluated,
  type Label,
  mean,
} from '../test/detector/mean-average-precision.ts';

const limits = { maxPixels: 64e6, maxDetections: 1000, maxImageSize: 1280, maxQueue: 16, maxQueueBytes: 1e9 };

const [scenes, path = join(import.meta.dirname, 'demo.pt')] = process.argv.slice(2);
if (!scenes) throw new Error('usage: node evaluate.ts SCENES [MODEL]');
const modelDir = await mkdtemp(join(tmpdir(), 'evaluate-'));
const detector = await createDetector(await prepareModel({ model: path, modelDir }), {
  workers: 1,
  ...limits,
});

/** A trainer's label, `class x y width height` in shares of the picture, in pixels. */
function toLabel(line: string, width: number, height: number): Label {
  const [classId = 0, x = 0, y = 0, w = 0, h = 0] = line.split(' ').map(Number);
  const [left, right] = [(x - w / 2) * width, (x + w / 2) * width];
  return { classId, xmin: left, xmax: right, ymin: (y - h / 2) * height, ymax: (y + h / 2) * height };
}

async function evaluate(name: string): Promise<Evaluated> {
  const data = readFileSync(join(scenes as string, 'images', name));
  const { width, height } = await sharp(data).metadata();
  const lines = readFileSync(join(scenes as string, 'labels', name.replace('.jpg', '.txt')), 'utf8').split(
    '\n',
  );
  const labels = lines.filter(Boolean).map((line) => toLabel(line, width, height));
  // As YOLOv5's own validation asks.
  const options = { confidence: 0.001, iou: 0.6, maxDetections: 300 };
  const { detections } = await detector.detect({ mode: '', width: 0, height: 0, data }, options);
  return { detections, labels };
}

const images: Evaluated[] = [];
for (const name of readdirSync(join(scenes, 'images')).sort()) images.push(await evaluate(name));
const precisions = averagePrecisions(images);
const row = (name: string, at50: number, all: number) =>
  console.log(`| ${name} | ${at50.toFixed(3)} | ${all.toFixed(3)} |`);
console.log(`${images.length} scenes\n\n| class | mAP50 | mAP50-95 |\n| --- | --- | --- |`);
for (const [id, [at50 = 0, ...rest]] of precisions)
  row(detector.model.classes[id] ?? `${id}`, at50, mean([at50, ...rest]));
const all = [...precisions.values()];
row('**all**', mean(all.map(([at50 = 0]) => at50)), mean(all.map(mean)));
await detector.close();
await rm(modelDir, { recursive: true });
