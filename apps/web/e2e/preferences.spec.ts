import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { chooseVideos, DRAWN_CLIP } from './videos.ts';

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
