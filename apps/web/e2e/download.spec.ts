import { copyFile, mkdir, readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { listedBoxes, type NamedBox, serversBoxes } from './boxes.ts';
import { choose } from './choose.ts';
import { listFewerBoxes } from './fewer-boxes.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { example } from './media.ts';

/** What is saved by a choice of the menu, and under which name. */
async function download(page: Page, choice: string): Promise<{ name: string; content: Buffer }> {
  await page.getByRole('button', { name: 'Download' }).click();
  const begun = page.waitForEvent('download');
  await page.getByRole('button', { name: choice, exact: true }).click();
  const saved = await begun;
  return { name: saved.suggestedFilename(), content: await readFile(await saved.path()) };
}

test('saves what is listed as JSON, CSV and COCO', async ({ opened }) => {
  await choose(opened, example('street.jpg'));
  await opened.getByRole('slider', { name: 'Confidence at least' }).fill('40');
  const listed = await listedBoxes(opened);
  expect(listed.length).toBeGreaterThan(0);

  const json = await download(opened, 'Boxes JSON');
  expect(json.name).toBe('street-boxes.json');
  const { source, width, height, predictions } = JSON.parse(json.content.toString());
  expect([source, width, height]).toEqual(['street.jpg', 960, 540]);
  const saved = predictions.map((prediction: Record<string, number>) => ({
    ...{ name: prediction.name, confidence: prediction.confidence },
    box: [prediction.xmin, prediction.ymin, prediction.xmax, prediction.ymax],
  }));
  expect(saved).toEqual(listed);

  const csv = await download(opened, 'Boxes CSV');
  expect(csv.name).toBe('street-boxes.csv');
  expect(csv.content.toString().trim().split('\r\n')).toHaveLength(listed.length + 1);

  const coco = JSON.parse((await download(opened, 'Boxes COCO')).content.toString());
  expect(coco.annotations).toHaveLength(listed.length);
  expect(coco.categories.length).toBeGreaterThan(1);
});

/** Drops a folder onto the page; Playwright itself drops files alone. */
async function dropFolder(page: Page, folder: string): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
  }
}

test('calls the pictures of a folder by where they are in it, in their order', async ({ opened }, info) => {
  const folder = info.outputPath('pictures');
  for (const [inner, from] of [
    ['b', 'street.jpg'],
    ['a', 'room.jpg'],
  ] as const) {
    await mkdir(`${folder}/${inner}`, { recursive: true });
    await copyFile(example(from), `${folder}/${inner}/1.jpg`);
  }
  await dropFolder(opened, folder);
  const strip = opened.getByRole('listbox', { name: 'Pictures' });
  await expect(strip.locator('[data-phase=found]')).toHaveCount(2);
  await expect(strip.getByRole('option').first()).toHaveAccessibleName(/^a\/1\.jpg, /);
  await expect(opened.getByRole('heading', { name: 'a/1.jpg' })).toBeVisible();
  const { name, content } = await download(opened, 'All 2 pictures’ boxes COCO');
  expect(name).toBe('2 pictures-coco.json');
  const files = JSON.parse(content.toString()).images.map((image: { file_name: string }) => image.file_name);
  expect(files).toEqual(['a/1.jpg', 'b/1.jpg']);
  expect((await download(opened, 'Boxes CSV')).name).toBe('a-1-boxes.csv');
});

test.describe('where the server lists fewer boxes than there are', () => {
  test.use({ allowedInConsole: FAILED_LOADS });

  test('asks for what is missing of all pictures before it saves their boxes', async ({ opened, stack }) => {
    await listFewerBoxes(opened);
    const names = ['street.jpg', 'traffic.jpg', 'crossing.jpg'];
    await choose(opened, names.map(example));
    const strip = opened.getByRole('listbox', { name: 'Pictures' });
    await expect(strip.locator('[data-phase=found]')).toHaveCount(3);
    await opened.getByRole('slider', { name: 'Confidence at least' }).fill('5');
    const second = strip.getByRole('option').nth(1);
    await expect(second).toHaveAccessibleName(/^traffic.jpg, \d+ objects, perhaps more$/);
    await expect(second).toHaveText(/^\d+\+$/);

    const calls = '**/PredictSingleImage';
    const refusal = { status: 400, json: { code: 'invalid_argument', message: 'not now' } };
    const headers = {
      'access-control-allow-origin': stack.pageUrl,
      'access-control-allow-credentials': 'true',
    };
    await opened.route(calls, (route) => route.fulfill({ ...refusal, headers }));
    const menu = opened.getByRole('button', { name: 'Download' });
    await menu.click();
    await opened.getByRole('button', { name: 'All 3 pictures’ boxes CSV', exact: true }).click();
    await expect(opened.getByRole('alert').filter({ hasText: 'Nothing was saved' })).toContainText('.jpg');
    await menu.click();
    await opened.unroute(calls);

    const { content } = await download(opened, 'All 3 pictures’ boxes CSV');
    const lines = content.toString().trim().split('\r\n').slice(1);
    const options = { confidence: 0.05, iou: 0.45, maxDetections: 30 };
    for (const name of names) {
      const expected = await serversBoxes(stack.serverUrl, example(name), options);
      expect(lines.filter((line) => line.startsWith(`${name},`))).toHaveLength(expected.length);
    }
    await expect(second).toHaveAccessibleName(/^traffic.jpg, \d+ objects$/);
  });
});

test('saves the picture as large as it is, with its boxes drawn in', async ({ opened }) => {
  await choose(opened, example('street.jpg'));
  const listed = await listedBoxes(opened);
  const colors = await opened
    .getByRole('listbox', { name: 'Objects found' })
    .locator('rect')
    .evaluateAll((swatches) => swatches.map((swatch) => swatch.getAttribute('fill') ?? ''));
  const { name, content } = await download(opened, 'Picture with its boxes PNG');
  expect(name).toBe('street-boxes.png');
  const shares = await shareDrawn(opened, content, listed, colors);
  expect(shares.size).toEqual([960, 540]);
  for (const share of shares.onLines) expect(share).toBeGreaterThan(0.5);
});

/** How much of each box's left and right edge has the colour of its class in the picture. */
function shareDrawn(page: Page, png: Buffer, boxes: readonly NamedBox[], colors: readonly string[]) {
  return page.evaluate(
    async ({ base64, boxes, colors }) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = canvas.getContext('2d', {
        willReadFrequently: true,
      }) as OffscreenCanvasRenderingContext2D;
      const pixel = (x: number, y: number) => context.getImageData(x, y, 1, 1).data;
      const onLines = boxes.map(({ box: [xmin, ymin, xmax, ymax] }, index) => {
        context.fillStyle = colors[index] ?? '';
        context.fillRect(0, 0, 1, 1);
        const wanted = pixel(0, 0);
        context.drawImage(picture, 0, 0);
        const near = (x: number, y: number) =>
          [-1, 0].some((dx) => {
            const data = pixel(Math.min(Math.max(Math.round(x) + dx, 0), picture.width - 1), y);
            return [0, 1, 2].every((c) => Math.abs((data[c] ?? 0) - (wanted[c] ?? 0)) < 20);
          });
        const rows = Array.from({ length: 20 }, (_, row) =>
          Math.floor(ymin + ((ymax - ymin) * (row + 0.5)) / 20),
        );
        return rows.filter((y) => near(xmin, y) || near(xmax, y)).length / rows.length;
      });
      return { size: [picture.width, picture.height], onLines };
    },
    { base64: png.toString('base64'), boxes: [...boxes], colors: [...colors] },
  );
}
