// Videos whose pixels are not square, and whose times do not start at 0: the boxes are where the objects are.
import { writeFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import { remux } from './remux.ts';
import { serversFrames } from './servers-frames.ts';
import {
  type Box,
  chooseVideos,
  colours,
  DRAWN_CLIP,
  distance,
  drawnBoxes,
  fileInput,
  pictureArea,
  save,
  seek,
  stageOf,
} from './videos.ts';

test.slow();

const CLIPS = [
  { name: 'wide', changes: { pixelWidth: 2 } },
  { name: 'late', changes: { delayS: 5 } },
];

for (const { name, changes } of CLIPS) {
  const { pixelWidth = 1, delayS = 0 } = { pixelWidth: 1, delayS: 0, ...changes };

  test(`${name}: the boxes lie over the objects, here and in the video that is made`, async ({
    opened,
    stack,
  }, testInfo) => {
    const path = testInfo.outputPath(`${name}.mkv`);
    await writeFile(path, await remux(DRAWN_CLIP, changes));
    const frames = await serversFrames(stack.serverUrl, path);
    const [{ timeMs, boxes }] = [...frames.values()].filter((frame) => frame.boxes.length > 0) as [
      { timeMs: number; boxes: Box[] },
    ];
    expect(timeMs).toBeGreaterThan(delayS * 1_000);
    await chooseVideos(opened, path);
    await seek(opened, (timeMs + 1) / 1_000);
    await expect(async () => {
      const [{ left, top, scale }, drawn] = [await pictureArea(opened), await drawnBoxes(opened)];
      expect(drawn.boxes).toHaveLength(boxes.length);
      for (const [index, { xmin, ymin, xmax, ymax }] of boxes.entries()) {
        const [x, y] = [scale * pixelWidth, scale];
        const expected = [left + xmin * x, top + ymin * y, left + xmax * x, top + ymax * y];
        for (const [side, edge] of expected.entries()) {
          expect(Math.abs((drawn.boxes[index]?.onScreen[side] ?? 0) - edge)).toBeLessThan(0.6);
        }
      }
    }).toPass({ timeout: 5_000 });

    // Of the surest box, in pixels as they are shown.
    const [{ xmin, ymin, xmax, ymax }] = boxes as [Box];
    const [left, right] = [Math.round(xmin * pixelWidth), Math.round(xmax * pixelWidth)];
    const [x, y] = [(left + right) / 2, (ymin + ymax) / 2];
    const points = [
      [x, y],
      [left, y],
      [right, y],
      [x, Math.round(ymin)],
      [x, Math.round(ymax)],
    ] as const;
    const before = await colours(opened, points);
    const times = () =>
      opened.getByTestId('gallery-frame').locator('span', { hasText: /^\d+:/ }).allTextContents();
    const timesBefore = await times();
    const made = await save(opened, 'Video with boxes');
    await fileInput(opened).setInputFiles(made.path);
    await expect(opened.getByTestId('video-row')).toHaveCount(2);
    await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });
    expect(await times()).toEqual(timesBefore);
    await seek(opened, (timeMs + 1) / 1_000);
    const after = await colours(opened, points);
    const [middle, ...edges] = after.map((colour, index) => distance(before[index], colour));
    expect(middle).toBeLessThan(40);
    for (const edge of edges) expect(edge).toBeGreaterThan(40);
  });
}
