import sharp from 'sharp';
import { expect, test } from 'vitest';
import { toYoloLabels } from '../src/labels.ts';
import { renderScene } from '../src/render-scene.ts';
import { drawScene } from '../src/scene.ts';

const scene = drawScene({ seed: 1, place: 'park', width: 320, height: 200 });

test.each(['jpeg', 'png', 'webp'] as const)('a scene becomes a %s of its size', async (format) => {
  const { width, height, format: found } = await sharp(await renderScene(scene, { format })).metadata();
  expect({ width, height, format: found }).toEqual({ width: 320, height: 200, format });
});

test('raw pixels are RGB', async () => {
  expect(await renderScene(scene, { format: 'raw' })).toHaveLength(320 * 200 * 3);
});

test('noise and blur are the same for the same seed', async () => {
  const options = { format: 'raw', noise: 6, blur: 0.8, seed: 'a' } as const;
  const first = await renderScene(scene, options);
  expect(first.equals(await renderScene(scene, options))).toBe(true);
  expect(first.equals(await renderScene(scene, { ...options, seed: 'b' }))).toBe(false);
});

test('noise has the deviation that was asked for', async () => {
  const [plain, noisy] = await Promise.all([
    renderScene(scene, { format: 'raw' }),
    renderScene(scene, { format: 'raw', noise: 8 }),
  ]);
  // Where nothing is clipped at 0 or 255.
  const differences = [...plain].flatMap((value, i) =>
    value > 60 && value < 190 ? [(noisy[i] as number) - value] : [],
  );
  const variance = differences.reduce((sum, each) => sum + each * each, 0) / differences.length;
  expect(Math.sqrt(variance)).toBeGreaterThan(7);
  expect(Math.sqrt(variance)).toBeLessThan(9);
});

test('labels are shares of the picture, a line for each object', () => {
  const object = { classId: 2, name: 'car', visible: 1, xmin: 32, ymin: 50, xmax: 96, ymax: 150 } as const;
  expect(toYoloLabels({ ...scene, objects: [object] })).toBe('2 0.200000 0.500000 0.200000 0.500000\n');
  expect(toYoloLabels({ ...scene, objects: [] })).toBe('');
});
