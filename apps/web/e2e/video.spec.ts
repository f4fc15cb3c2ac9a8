import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { serversFrames } from './servers-frames.ts';
import {
  analyseFromTheStart,
  chooseVideos,
  clip,
  DRAWN_CLIP,
  drawnBoxes,
  hasClips,
  pictureArea,
  seek,
  stageOf,
} from './videos.ts';

test.slow();

/** Whether each box is on the screen where it belongs in the picture. */
async function expectInPlace(page: Page): Promise<void> {
  // The overlay follows a change of size in the next frame.
  await expect(async () => {
    const { left, top, scale } = await pictureArea(page);
    const { boxes } = await drawnBoxes(page);
    expect(boxes.length).toBeGreaterThan(0);
    for (const { xmin, ymin, xmax, ymax, onScreen } of boxes) {
      const expected = [left + xmin * scale, top + ymin * scale, left + xmax * scale, top + ymax * scale];
      for (const [index, edge] of expected.entries()) {
        expect(Math.abs((onScreen[index] ?? 0) - edge)).toBeLessThan(0.6);
      }
    }
  }).toPass({ timeout: 5_000 });
}

const REAL = ['bottle-detection.mp4', 'v-rotate90-person.mp4', 'v-vp9-bottle.webm', 'v-vfr-bottle.mp4'].map(
  clip,
);

for (const path of [...REAL, DRAWN_CLIP]) {
  test(`${basename(path)}: draws the server’s boxes over the very pictures they belong to`, async ({
    opened,
    stack,
  }) => {
    test.skip(!existsSync(path), 'there is no ../shared/media/videos');
    await chooseVideos(opened, path);
    const expected = await serversFrames(stack.serverUrl, path);
    expect(expected.size).toBeGreaterThan(2);
    const withBoxes = [...expected].filter(([, { boxes }]) => boxes.length > 0);
    for (const [frame, { timeMs, boxes }] of withBoxes.slice(0, 4)) {
      const shownMs = await seek(opened, (timeMs + 1) / 1_000);
      expect(Math.abs(shownMs - timeMs), 'the browser’s clock and the server’s').toBeLessThan(2);
      await expect(opened.getByTestId('live-boxes')).toHaveAttribute('data-frame', String(frame));
      const drawn = await drawnBoxes(opened);
      expect(drawn.held).toBe(false);
      expect(drawn.boxes.map((box) => box.name)).toEqual(boxes.map((box) => box.name));
      for (const [index, box] of boxes.entries()) {
        for (const key of ['confidence', 'xmin', 'ymin', 'xmax', 'ymax'] as const) {
          expect(drawn.boxes[index]?.[key]).toBeCloseTo(box[key], 3);
        }
      }
      await expectInPlace(opened);
    }
  });
}

test('keeps the boxes on the picture at every size and in full screen', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  await opened.getByTestId('gallery-frame').first().click();
  for (const [width, height] of [
    [1280, 720],
    [900, 500],
    [360, 740],
    [1900, 1000],
  ] as const) {
    await opened.setViewportSize({ width, height });
    await expectInPlace(opened);
    const overflow = await opened.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  }
  await opened.keyboard.press('f');
  await expect.poll(() => opened.evaluate(() => document.fullscreenElement?.tagName)).toBe('DIV');
  await expectInPlace(opened);
  await opened.keyboard.press('f');
  await expect.poll(() => opened.evaluate(() => document.fullscreenElement)).toBeNull();
});

test('holds the boxes of an analysed picture until the next, and no longer', async ({ opened, stack }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  const [first, second] = [...(await serversFrames(stack.serverUrl, DRAWN_CLIP)).values()];
  const layer = opened.getByTestId('live-boxes');
  await seek(opened, 0.2);
  await expect(layer).toHaveCount(0);
  await expect(opened.getByText('No analysed frame here')).toBeVisible();
  await seek(opened, ((first?.timeMs ?? 0) + (second?.timeMs ?? 0)) / 2_000);
  await expect(layer).toHaveAttribute('data-held', 'true');
  await expect(layer).toHaveAttribute('data-frame', '24');
  await expect(opened.getByText('Boxes of frame 24')).toBeVisible();
});

test('before the first analysed picture a button leads to it', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  await opened.getByRole('button', { name: 'Show frame 24' }).press('Enter');
  await expect(opened.getByTestId('live-boxes')).toHaveAttribute('data-frame', '24');
  await expect(opened.getByRole('button', { name: /^Show frame/ })).toHaveCount(0);
  await expect(opened.locator(':focus'), 'the focus stays on the page').toHaveCount(1);
});

test('knows every picture when every one is analysed, also while it plays', async ({ opened }) => {
  test.skip(!hasClips, 'there is no ../shared/media/videos');
  await analyseFromTheStart(opened, 1);
  await chooseVideos(opened, clip('v-vp9-bottle.webm'));
  await seek(opened, 1);
  // Each picture that comes on the screen is compared with what lies over it in that moment.
  const seen = await opened.locator('video').evaluate(async (video: HTMLVideoElement) => {
    const held: boolean[] = [];
    const note = () => {
      // The overlay draws what it is told by a callback of its own, in the same moment.
      queueMicrotask(() => held.push(document.querySelector('[data-testid=live-boxes][data-held]') !== null));
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
    video.muted = true;
    await video.play();
    await new Promise<void>((resolve) => {
      const enough = () => (held.length > 20 ? resolve() : requestAnimationFrame(enough));
      enough();
    });
    video.pause();
    return held;
  });
  expect(seen).not.toContain(true);
});

test('no box crosses out a label', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  await opened.getByTestId('gallery-frame').nth(2).click();
  const layer = opened.getByTestId('live-boxes');
  await expect(layer).toHaveAttribute('data-frame', '72');
  await expect(layer.getByTestId('label').first()).toBeVisible();
  const parts = await layer
    .locator('[data-testid]')
    .evaluateAll((elements) => elements.map((element) => (element as SVGElement).dataset.testid));
  expect(parts.indexOf('label')).toBeGreaterThan(parts.lastIndexOf('box'));
  expect(parts).toContain('box');
});

test('the chart stays the same one while frames come in', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  // One line all the time.
  await opened.getByRole('group', { name: 'Classes shown' }).getByRole('button').first().click();
  await opened.getByLabel('Analyse every').fill('1');
  await opened.getByRole('button', { name: 'Analyse again' }).click();
  const charts = opened.getByTestId('counts-chart').locator('canvas');
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'running');
  const first = await charts.elementHandle();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  expect(await first?.evaluate((canvas) => canvas.isConnected)).toBe(true);
});
