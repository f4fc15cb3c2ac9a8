import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Page } from '@playwright/test';
import { choose } from './choose.ts';
import { expect, test } from './fixtures.ts';
import { photograph } from './media.ts';

interface ServersBox {
  readonly name: string;
  readonly confidence: number;
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

/** What the page draws, surest first. */
async function drawnBoxes(page: Page): Promise<ServersBox[]> {
  const boxes = await page.getByTestId('box').evaluateAll((elements) =>
    elements.map((element) => {
      const data = (element as SVGElement).dataset;
      const [confidence, xmin, ymin, xmax, ymax] = ['confidence', 'xmin', 'ymin', 'xmax', 'ymax'].map((key) =>
        Number(data[key]),
      );
      return { name: data.name, confidence, xmin, ymin, xmax, ymax } as ServersBox;
    }),
  );
  return boxes.sort((a, b) => b.confidence - a.confidence);
}

/** What the server says to the same picture, asked without the page. */
async function serversBoxes(serverUrl: string, path: string): Promise<ServersBox[]> {
  const response = await fetch(`${serverUrl}/mlpredictions.MlPredictions/PredictSingleImage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: (await readFile(path)).toString('base64') }),
  });
  const { object = [] } = await response.json();
  // JSON leaves out what is zero.
  return object.map((box: ServersBox) => ({ ...{ xmin: 0, ymin: 0 }, ...box }));
}

test.describe('a photograph', () => {
  for (const name of ['bus.jpg', 'x-exif6-bus.jpg', 'darknet-kite.jpg', 'skimage-astronaut.png'] as const) {
    test(`${name}: draws the boxes that the server gives`, async ({ opened, stack }) => {
      await choose(opened, photograph(name));
      const expected = await serversBoxes(stack.serverUrl, photograph(name));
      const drawn = await drawnBoxes(opened);
      expect(expected.length).toBeGreaterThan(0);
      expect(drawn.map((box) => box.name)).toEqual(expected.map((box) => box.name));
      for (const [index, box] of expected.entries()) {
        for (const key of ['confidence', 'xmin', 'ymin', 'xmax', 'ymax'] as const) {
          expect(drawn[index]?.[key]).toBeCloseTo(box[key], 3);
        }
      }
    });
  }

  test('has its boxes where the picture is', async ({ opened }) => {
    await choose(opened, photograph('bus.jpg'));
    const image = opened.getByRole('img', { name: basename(photograph('bus.jpg')) });
    const picture = await image.evaluate((element: HTMLImageElement) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const scale = Math.min(width / element.naturalWidth, height / element.naturalHeight);
      const left = x + (width - element.naturalWidth * scale) / 2;
      return { left, top: y + (height - element.naturalHeight * scale) / 2, scale };
    });
    for (const box of await opened.getByTestId('box').all()) {
      const drawn = await box.evaluate((element) => {
        const { x, y } = (element as SVGElement).ownerSVGElement?.getBoundingClientRect() ?? { x: 0, y: 0 };
        // Unlike the bounding rectangle this leaves the stroke out.
        const box = element.querySelector('rect')?.getBBox() ?? new DOMRect();
        return [x + box.x, y + box.y, x + box.x + box.width, y + box.y + box.height];
      });
      for (const [index, key] of ['xmin', 'ymin', 'xmax', 'ymax'].entries()) {
        const offset = key.startsWith('x') ? picture.left : picture.top;
        const expected = offset + Number(await box.getAttribute(`data-${key}`)) * picture.scale;
        expect(Math.abs((drawn[index] ?? 0) - expected)).toBeLessThan(0.6);
      }
    }
  });

  test('keeps its labels within the picture', async ({ opened }) => {
    await opened.setViewportSize({ width: 360, height: 740 });
    await choose(opened, photograph('darknet-kite.jpg'));
    await opened.getByRole('slider').press('Home');
    const stage = await opened.getByTestId('stage').boundingBox();
    const labels = await opened.getByTestId('label').all();
    expect(labels.length).toBeGreaterThan(0);
    for (const label of labels) {
      const box = await label.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(stage?.x ?? 0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((stage?.x ?? 0) + (stage?.width ?? 0));
    }
  });

  test('is filtered at once by the slider, without asking the server again', async ({ opened }) => {
    await choose(opened, photograph('darknet-kite.jpg'));
    let requests = 0;
    opened.on('request', () => requests++);
    const slider = opened.getByRole('slider', { name: 'Confidence at least' });
    const counts: number[] = [];
    for (const percent of ['5', '25', '50', '80', '95']) {
      await slider.fill(percent);
      const boxes = await drawnBoxes(opened);
      for (const box of boxes) expect(box.confidence).toBeGreaterThanOrEqual(Number(percent) / 100);
      const rows = opened.getByRole('option');
      await expect(rows).toHaveCount(boxes.length);
      counts.push(boxes.length);
    }
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts[0]).toBeGreaterThan(counts[2] ?? 0);
    expect(counts.at(-1)).toBe(0);
    await expect(opened.getByText('lower the slider to see it')).toBeVisible();
    expect(requests).toBe(0);
  });

  test('links each row with its box', async ({ opened }) => {
    await choose(opened, photograph('bus.jpg'));
    const bus = opened.getByRole('option', { name: /^bus/ }).first();
    await bus.hover();
    await expect(opened.locator('[data-testid=box][data-highlighted]')).toHaveAttribute('data-name', 'bus');
    const box = opened.locator('[data-testid=box][data-name=person]').last();
    await box.locator('rect').nth(1).click();
    await expect(opened.getByRole('option', { selected: true })).toContainText('person');
  });

  test('says in words how long it took', async ({ opened, stack }) => {
    await choose(opened, photograph('bus.jpg'));
    const found = await serversBoxes(stack.serverUrl, photograph('bus.jpg'));
    const people = found.filter(({ name }) => name === 'person').length;
    await expect(opened.getByText(/Answered by \S+\. [\d.]+ m?s in all: .+ in the network/)).toBeVisible();
    await expect(opened.getByRole('status', { name: 'Search' })).toHaveText(
      new RegExp(`^${found.length} objects shown: .*${people} × person`),
    );
  });
});
