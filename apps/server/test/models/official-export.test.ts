// The converted checkpoint against the graph that YOLOv5's own exporter made of it.
import { readdirSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { below, createRandom } from '../../hostile/random.ts';
import { prepareModel } from '../../src/models/model-store.ts';
import { describeWithShared, sharedPath } from '../shared-files.ts';
import { temporaryFolder } from '../small-model.ts';
import { type OnnxOutput, runOnnx } from './support/run-onnx.ts';

const BOX_TOLERANCE_PX = 1e-2;
const SCORE_TOLERANCE = 1e-4;

const reference = sharedPath('models/reference/yolov5n-dynamic.onnx');
const needs = ['models/yolov5n.pt', 'models/reference/yolov5n-dynamic.onnx', 'media/images'];

describeWithShared('the graph of the official exporter', needs, () => {
  const { path: folder, remove } = temporaryFolder();
  let ours: string;
  beforeAll(async () => {
    const model = sharedPath('models/yolov5n.pt');
    ours = (await prepareModel({ model, modelDir: folder })).onnxPath;
  });
  afterAll(remove);

  async function compare(images: Uint8Array, dims: [number, 3, number, number]): Promise<void> {
    const [expected, found] = [await runOnnx(reference, images, dims), await runOnnx(ours, images, dims)];
    expect(found.dims).toEqual(expected.dims);
    const { boxesPx, scores } = worstDifferences(expected, found);
    expect(boxesPx).toBeLessThan(BOX_TOLERANCE_PX);
    expect(scores).toBeLessThan(SCORE_TOLERANCE);
  }

  test.each([
    [1, 640, 640],
    [1, 384, 640],
    [1, 320, 256],
    [1, 32, 32],
    [1, 64, 1280],
  ] as const)('on noise, %i of %ix%i', async (batch, height, width) => {
    const random = createRandom(1);
    const noise = Uint8Array.from({ length: batch * 3 * height * width }, () => below(random, 256));
    await compare(noise, [batch, 3, height, width]);
  });

  const pictures = readdirSync(sharedPath('media/images')).filter((name) => /\.(jpg|png|webp)$/.test(name));
  test('on all shared pictures', async () => {
    const size = { width: 320, height: 256 };
    expect(pictures.length).toBeGreaterThan(1);
    for (const name of pictures) await compare(await loadPlanar(name, size), [1, 3, size.height, size.width]);
  }, 180_000);

  test('on a large picture', async () => {
    const name = pictures.find((each) => each.includes('kite')) ?? (pictures[0] as string);
    await compare(await loadPlanar(name, { width: 1280, height: 832 }), [1, 3, 832, 1280]);
  });
});

function worstDifferences(a: OnnxOutput, b: OnnxOutput): { boxesPx: number; scores: number } {
  const columns = a.dims[2] as number;
  let boxesPx = 0;
  let scores = 0;
  for (let i = 0; i < a.data.length; i++) {
    const difference = Math.abs((a.data[i] as number) - (b.data[i] as number));
    // Math.max keeps a NaN, and a NaN is less than no tolerance.
    if (i % columns < 4) boxesPx = Math.max(boxesPx, difference);
    else scores = Math.max(scores, difference);
  }
  return { boxesPx, scores };
}

/** A picture as the network takes it, `[3, height, width]`, 0 to 255; bars fill what it does not cover. */
async function loadPlanar(name: string, size: { width: number; height: number }): Promise<Uint8Array> {
  const pixels = await sharp(sharedPath(`media/images/${name}`))
    .resize({ ...size, fit: 'contain', background: '#727272' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
  const plane = size.width * size.height;
  const image = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) image[c * plane + i] = pixels[i * 3 + c] as number;
  }
  return image;
}
