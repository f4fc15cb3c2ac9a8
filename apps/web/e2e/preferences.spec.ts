import type { Locator, Page } from '@playwright/test';
import { choose } from './choose.ts';
import { expect, test } from './fixtures.ts';
import { example, pictureOfObjects } from './media.ts';
import { chooseVideos, DRAWN_CLIP, openTab } from './videos.ts';

test.slow();

/** How many pixels of the chart have its text's colour as the style sheets have it now. */
function textPixels(chart: Locator): Promise<number> {
  return chart.evaluate((element) => {
    const canvas = element.querySelector('canvas');
    const copy = canvas && new OffscreenCanvas(canvas.width, canvas.height);
    const drawn = copy?.getContext('2d', { willReadFrequently: true });
    const probe = new OffscreenCanvas(1, 1).getContext('2d');
    if (!canvas || !drawn || !probe) return 0;
    drawn.drawImage(canvas, 0, 0);
    probe.fillStyle = getComputedStyle(element).color;
    probe.fillRect(0, 0, 1, 1);
    const wanted = probe.getImageData(0, 0, 1, 1).data;
    const { data } = drawn.getImageData(0, 0, canvas.width, canvas.height);
    const isWanted = (at: number) =>
      [0, 1, 2].every((part) => Math.abs((data[at + part] ?? 0) - (wanted[part] ?? 0)) < 8);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255 && isWanted(at)) count++;
    return count;
  });
}

test('the chart follows the colours that the reader changes to', async ({ opened }) => {
  await opened.emulateMedia({ colorScheme: 'light' });
  await chooseVideos(opened, DRAWN_CLIP);
  const chart = opened.getByTestId('counts-chart');
  await expect.poll(() => textPixels(chart)).toBeGreaterThan(20);
  await expect(chart, 'nothing is pointed at').not.toContainText('--');
  await opened.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => textPixels(chart), 'in dark colours').toBeGreaterThan(20);
  await opened.emulateMedia({ colorScheme: 'dark', forcedColors: 'active' });
  await expect.poll(() => textPixels(chart), 'in forced colours').toBeGreaterThan(20);
  const markers = await chart
    .locator('.u-marker')
    .evaluateAll((all) => all.slice(1).map((marker) => getComputedStyle(marker).borderColor));
  expect(markers.length).toBeGreaterThan(1);
  expect(new Set(markers).size, 'a colour of its own for each class').toBe(markers.length);
});

/** Turns the page round, as translators do. */
const writeFromTheRight = (page: Page) =>
  page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));

test('labels stay on their plates where the page is written from the right', async ({ opened }) => {
  await openTab(opened);
  await writeFromTheRight(opened);
  await chooseVideos(opened, DRAWN_CLIP);
  await opened.keyboard.press(']');
  const labels = opened.getByTestId('live-boxes').getByTestId('label');
  await expect(labels.first()).toBeVisible();
  const outside = await labels.evaluateAll(
    (all) =>
      all.filter((label) => {
        const [plate, text] = ['rect', 'text'].map((part) =>
          label.querySelector(part)?.getBoundingClientRect(),
        );
        return !plate || !text || text.left < plate.left || text.right > plate.right;
      }).length,
  );
  expect(outside).toBe(0);
});

test('a picture’s labels are the same whichever way the page is written', async ({ opened }) => {
  await choose(opened, pictureOfObjects());
  const canvas = opened.getByTestId('frame').locator('canvas');
  const drawn = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
  const drawAnew = async () => {
    const boxes = opened.getByRole('button', { name: 'Boxes', exact: true });
    await boxes.click();
    const blank = await canvas.evaluate(({ width, height }: HTMLCanvasElement) =>
      Object.assign(document.createElement('canvas'), { width, height }).toDataURL(),
    );
    await expect.poll(async () => (await drawn()) === blank).toBe(true);
    await boxes.click();
    await expect.poll(async () => (await drawn()) === blank).toBe(false);
    return drawn();
  };
  const usual = await drawAnew();
  await writeFromTheRight(opened);
  expect((await drawAnew()) === usual).toBe(true);
});

test('facts, sliders and times go from left to right whichever way the page is written', async ({
  opened,
}) => {
  await choose(opened, example('crossing.jpg'));
  await writeFromTheRight(opened);
  const facts = opened.getByText('960 × 540');
  const [width, height] = await facts.evaluate(({ firstChild: text }) =>
    ['960', '540'].map((number) => {
      const range = new Range();
      const at = text?.textContent?.indexOf(number) ?? 0;
      if (text) range.setStart(text, at);
      if (text) range.setEnd(text, at + number.length);
      return range.getBoundingClientRect().x;
    }),
  );
  expect(width).toBeLessThan(height ?? 0);
  const slider = opened.getByRole('slider', { name: 'Confidence at least' });
  const length = (await slider.boundingBox())?.width ?? 0;
  await slider.click({ position: { x: length * 0.8, y: 14 } });
  expect(Number(await slider.inputValue())).toBeGreaterThan(60);

  await chooseVideos(opened, DRAWN_CLIP);
  const bar = opened.getByRole('slider', { name: 'Time' });
  const box = (await bar.boundingBox()) ?? { x: 0, width: 0 };
  await bar.click({ position: { x: box.width * 0.75, y: 8 } });
  const playhead = opened.getByTestId('timeline').locator('> :last-child');
  await expect
    .poll(async () => ((await playhead.boundingBox())?.x ?? 0) - box.x)
    .toBeCloseTo(box.width * 0.75, -1);
});

test.describe('a screen reader', () => {
  /** Writes down what each status says, as often as that changes. */
  const listen = (page: Page) =>
    page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      new MutationObserver((changes) => {
        const nodes = changes.map(({ target }) =>
          target instanceof Element ? target : target.parentElement,
        );
        for (const status of new Set(nodes.map((node) => node?.closest('[role=status]')))) {
          if (status) heard.push(`${status.ariaLabel}: ${status.textContent}`);
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  const heardBy = (page: Page) => page.evaluate(() => (window as unknown as { heard: string[] }).heard);

  test('hears of many pictures a few times, and once what is in the one in front', async ({ opened }) => {
    await listen(opened);
    const names = ['street', 'crossing', 'room', 'park', 'beach', 'evening'];
    const files = Array.from({ length: 5 }, () => names.map((name) => example(`${name}.jpg`))).flat();
    await choose(opened, files);
    await expect(opened.getByText('30 of 30 searched').first()).toBeVisible({ timeout: 40_000 });
    // What is said last is said a moment later.
    await expect.poll(async () => (await heardBy(opened)).at(-1)).toContain('30 of 30 searched');
    const heard = await heardBy(opened);
    expect(heard.filter((text) => /\d objects? shown/.test(text))).toHaveLength(1);
    expect(heard.filter((text) => / (of|searched)/.test(text)).length).toBeLessThanOrEqual(6);
  });
});
