import { readFile } from 'node:fs/promises';
import type { Page, Route } from '@playwright/test';
import { edgeErrors, listedBoxes, listedColor, type NamedBox, serversBoxes } from './boxes.ts';
import { choose, PREDICT } from './choose.ts';
import { listFewerBoxes } from './fewer-boxes.ts';
import { expect, test } from './fixtures.ts';
import { example, photograph } from './media.ts';

/** Photographs, or what stands in for them, and what the repository draws itself. */
const PHOTOGRAPHS = ['bus.jpg', 'x-exif6-bus.jpg', 'darknet-kite.jpg', 'skimage-astronaut.png'] as const;
const PICTURES = new Map<string, string>([
  ...PHOTOGRAPHS.map((name) => [name, photograph(name)] as const),
  ...['street.jpg', 'crossing.jpg'].map((name) => [name, example(name)] as const),
]);

function rows(page: Page) {
  return page.getByRole('listbox', { name: 'Objects found' }).getByRole('option');
}

function expectSame(listed: readonly NamedBox[], expected: readonly NamedBox[]): void {
  expect(listed.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
  for (const [index, { confidence, box }] of expected.entries()) {
    expect(listed[index]?.confidence).toBeCloseTo(confidence, 5);
    for (const [side, value] of box.entries()) expect(listed[index]?.box[side]).toBeCloseTo(value, 2);
  }
}

for (const [name, path] of PICTURES) {
  test.describe(name, () => {
    test('has the boxes that the server gives, drawn to the pixel', async ({ opened, stack }) => {
      await choose(opened, path);
      const expected = await serversBoxes(stack.serverUrl, path);
      expect(expected.length).toBeGreaterThan(0);
      expectSame(await listedBoxes(opened), expected);
      for (const [index, { box }] of expected.entries()) {
        await rows(opened).nth(index).hover();
        const errors = await edgeErrors(opened, box, await listedColor(opened, index));
        expect(Math.max(...errors), `box ${index}: ${errors}`).toBeLessThan(1);
      }
    });

    // Of few boxes, of many, and of drawn ones: filters know nothing of files.
    if (!['bus.jpg', 'darknet-kite.jpg', 'street.jpg'].includes(name)) return;

    test('is filtered as the server would, without asking it', async ({ opened, stack }) => {
      await choose(opened, path);
      let requests = 0;
      opened.on('request', (request) => (requests += Number(request.method() === 'POST')));
      for (const [percent, iou] of [
        ['5', '45'],
        ['5', '90'],
        ['5', '70'],
        ['30', '95'],
        ['12', '10'],
        ['60', '50'],
      ] as const) {
        await opened.getByRole('slider', { name: 'Confidence at least' }).fill(percent);
        await opened.getByRole('slider', { name: 'Overlap at most' }).fill(iou);
        const options = { confidence: Number(percent) / 100, iou: Number(iou) / 100 };
        const expected = await serversBoxes(stack.serverUrl, path, options);
        await expect(rows(opened)).toHaveCount(expected.length);
        expectSame(await listedBoxes(opened), expected);
      }
      expect(requests).toBe(0);
    });
  });
}

test('a large picture, sent in pieces, has the boxes of a small one', async ({ opened, stack }) => {
  const path = photograph('darknet-kite.jpg');
  const analysed = opened.waitForRequest('**/Analyze');
  const buffer = Buffer.concat([await readFile(path), Buffer.alloc(6e6)]);
  await choose(opened, { name: 'large.jpg', mimeType: 'image/jpeg', buffer });
  await analysed;
  expectSame(await listedBoxes(opened), await serversBoxes(stack.serverUrl, path));
  await opened.getByRole('slider', { name: 'Overlap at most' }).fill('90');
  const expected = await serversBoxes(stack.serverUrl, path, { confidence: 0.25, iou: 0.9 });
  await expect(rows(opened)).toHaveCount(expected.length);
  expectSame(await listedBoxes(opened), expected);
});

test.describe('what was found', () => {
  test('says why the list is empty', async ({ opened }) => {
    await choose(opened, example('street.jpg'));
    await opened.getByRole('slider', { name: 'Confidence at least' }).fill('95');
    await expect(opened.getByText('lower the slider to see it')).toBeVisible();
  });

  test('links row and box both ways', async ({ opened }) => {
    await choose(opened, photograph('bus.jpg'));
    await rows(opened).last().hover();
    await expect(rows(opened).last()).toHaveAttribute('data-highlighted');
    // The middle of the smallest box, on the picture: no other lies over it.
    const listed = await listedBoxes(opened);
    const smallest = listed.reduce((best, candidate) =>
      areaOf(candidate) < areaOf(best) ? candidate : best,
    );
    const row = rows(opened).nth(listed.indexOf(smallest));
    const at = await onScreen(opened, smallest.box);
    await opened.mouse.move(...at);
    await expect(row).toHaveAttribute('data-highlighted');
    await opened.mouse.click(...at);
    await expect(row).toHaveAttribute('aria-selected', 'true');
    await opened.mouse.click(...at);
    await expect(row).toHaveAttribute('aria-selected', 'false');
  });

  test('stays in sight when a box is tapped where the list is below it', async ({ opened }) => {
    await opened.setViewportSize({ width: 390, height: 640 });
    await choose(opened, example('street.jpg'));
    const listed = await listedBoxes(opened);
    const smallest = listed.reduce((best, candidate) =>
      areaOf(candidate) < areaOf(best) ? candidate : best,
    );
    await opened.mouse.click(...(await onScreen(opened, smallest.box)));
    await expect(rows(opened).nth(listed.indexOf(smallest))).toHaveAttribute('aria-selected', 'true');
    expect(await opened.evaluate(() => scrollY)).toBe(0);
  });

  test('can be narrowed to classes', async ({ opened, stack }) => {
    await choose(opened, photograph('bus.jpg'));
    const expected = await serversBoxes(stack.serverUrl, photograph('bus.jpg'));
    const [first = '', second = ''] = new Set(expected.map(({ name }) => name));
    const count = (name: string) => expected.filter((box) => box.name === name).length;
    const chip = (name: string) =>
      opened
        .getByRole('group', { name: 'Classes shown' })
        .getByRole('button', { name: `${name} ${count(name)}` });
    await chip(second).click();
    await expect(rows(opened)).toHaveCount(count(second));
    await expect(opened.getByRole('heading', { name: `of ${expected.length}` })).toBeVisible();
    await expect(chip(second)).toHaveAttribute('aria-pressed', 'true');
    await chip(first).click();
    await expect(rows(opened)).toHaveCount(count(first) + count(second));
    await chip(second).click();
    await expect(rows(opened)).toHaveCount(count(first));
    await chip(first).click();
    await expect(rows(opened)).toHaveCount(expected.length);
    await expect(opened.getByRole('group', { name: 'Classes shown: all' })).toBeVisible();
  });

  test('is told in words, with how long it took', async ({ opened, stack }) => {
    await choose(opened, photograph('bus.jpg'));
    const expected = await serversBoxes(stack.serverUrl, photograph('bus.jpg'));
    await expect(opened.getByText(/Answered by \S+\. [\d.]+ m?s in all: .+ in the model/)).toBeVisible();
    const status = opened.getByRole('status', { name: 'Search' });
    await expect(status).toHaveText(new RegExp(`^${expected.length} objects shown: \\d+ × `));
  });
});

function areaOf({ box: [xmin, ymin, xmax, ymax] }: NamedBox): number {
  return (xmax - xmin) * (ymax - ymin);
}

test.describe('where the server lists fewer boxes than there are', () => {
  test('it is asked again, says so, and the boxes are its own', async ({ opened, stack }) => {
    const path = example('street.jpg');
    await listFewerBoxes(opened);
    await choose(opened, path);
    const notice = opened.getByRole('status', { name: 'Asking again' });
    // Held back, or the answer may be there before it is looked whether the page says that it asks.
    const held: Route[] = [];
    let isHeld = true;
    await opened.route(PREDICT, (route) => (isHeld ? void held.push(route) : route.continue()));
    const answer = async () => {
      await expect(notice).toContainText('being asked about this setting');
      isHeld = false;
      for (const route of held.splice(0)) await route.continue();
      await expect(notice).toContainText('it was asked about this setting');
      isHeld = true;
    };
    await opened.getByRole('slider', { name: 'Confidence at least' }).fill('5');
    await answer();
    const options = { confidence: 0.05, iou: 0.45, maxDetections: 30 };
    expectSame(await listedBoxes(opened), await serversBoxes(stack.serverUrl, path, options));
    await opened.getByRole('slider', { name: 'Overlap at most' }).fill('60');
    await answer();
    expectSame(
      await listedBoxes(opened),
      await serversBoxes(stack.serverUrl, path, { ...options, iou: 0.6 }),
    );
    await opened.getByRole('slider', { name: 'Confidence at least' }).fill('90');
    await expect(notice).toBeHidden();
  });
});

/** The middle of a box of the picture, on the screen. */
async function onScreen(page: Page, box: NamedBox['box'] = [0, 0, 0, 0]): Promise<[number, number]> {
  return page
    .getByTestId('frame')
    .locator('img')
    .evaluate((image: HTMLImageElement, [xmin, ymin, xmax, ymax]) => {
      const { left, top, width } = image.getBoundingClientRect();
      const scale = width / image.naturalWidth;
      return [left + ((xmin + xmax) / 2) * scale, top + ((ymin + ymax) / 2) * scale] as [number, number];
    }, box);
}
