import type { Page } from '@playwright/test';
import { choose } from './choose.ts';
import { expect, test } from './fixtures.ts';
import { TINY_PNG } from './media.ts';
import { ANALYZE, chooseVideos, DRAWN_CLIP, drawnBoxes, fileInput, stageOf } from './videos.ts';

test.slow();

test('the keyboard alone brings a video, plays, steps, jumps, filters and takes it away', async ({
  opened,
}) => {
  const press = (key: string) => opened.keyboard.press(key);
  const clock = opened.getByTestId('clock');
  const paused = () => opened.locator('video').evaluate((video: HTMLVideoElement) => video.paused);
  opened.on('filechooser', (dialog) => dialog.setFiles(DRAWN_CLIP));
  await press('Tab');
  await press('ArrowRight');
  await expect(opened.getByRole('tab', { name: 'Video' })).toBeFocused();
  await expect(opened.getByText('Drop a video here')).toBeVisible();
  await press('Tab');
  await expect(fileInput(opened)).toBeFocused();
  await press('Enter');
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });

  await press(']');
  const layer = opened.getByTestId('live-boxes');
  await expect(layer).toHaveAttribute('data-frame', '24');
  expect((await drawnBoxes(opened)).held).toBe(false);
  const heard = opened.getByRole('status', { name: 'Frame' });
  await expect(heard).toHaveText(/^\d+ objects?\. In frame 24 at 0:00\.9: \d × /);
  await press(']');
  await expect(layer).toHaveAttribute('data-frame', '48');
  await press('.');
  await expect(layer).toHaveAttribute('data-held', 'true');
  await press('[');
  await expect(layer).not.toHaveAttribute('data-held');
  await expect(layer).toHaveAttribute('data-frame', '48');
  await press('b');
  await expect(layer).toHaveCount(0);
  await press('b');
  await expect(layer).toHaveCount(1);
  await press('k');
  await expect.poll(paused).toBe(false);
  await expect(heard).toBeEmpty();
  await press('k');
  await expect.poll(paused).toBe(true);

  const slider = opened.getByRole('slider', { name: 'Time' });
  await slider.focus();
  await press('Home');
  await expect(clock).toContainText('0:00.0');
  await press('ArrowRight');
  await expect(layer).toHaveAttribute('data-frame', '24');
  await expect(slider).toHaveAttribute('aria-valuetext', /^0:00\.9 of 0:0\d: \d × /);
  await press('End');
  await expect(layer).not.toHaveAttribute('data-frame', '24');
  await press('Tab');
  await expect(opened.getByTestId('lane').first().getByRole('button')).toBeFocused();
  await press('Enter');
  await expect(layer).toHaveCount(1);

  const frames = opened.getByTestId('gallery-frame');
  await frames.nth(2).focus();
  await press('Enter');
  await expect(frames.nth(2)).toHaveAttribute('aria-current', 'true');
  await expect(layer).toHaveAttribute('data-frame', '72');

  const chip = opened.getByRole('group', { name: 'Classes shown' }).getByRole('button').first();
  await chip.focus();
  await press('Space');
  await expect(chip).toHaveAttribute('aria-pressed', 'true');
  await expect(opened.getByTestId('lane')).toHaveCount(1);
  const saved = opened.waitForEvent('download');
  await opened.getByRole('button', { name: 'CSV' }).focus();
  await press('Enter');
  expect((await saved).suggestedFilename()).toBe('traffic.csv');
});

const isPaused = (page: Page) => page.locator('video').evaluate((video: HTMLVideoElement) => video.paused);

test('the player’s keys work wherever the focus is, as far as that has no use for them', async ({
  opened,
}) => {
  const press = (key: string) => opened.keyboard.press(key);
  await chooseVideos(opened, DRAWN_CLIP);
  const layer = opened.getByTestId('live-boxes');
  await opened.getByRole('slider', { name: 'Time' }).click({ position: { x: 2, y: 10 } });
  for (const key of [']', ']', ']']) await press(key);
  await expect(layer).toHaveAttribute('data-frame', '72');

  await opened.getByRole('listbox', { name: 'Objects found' }).focus();
  await press('[');
  await expect(layer).toHaveAttribute('data-frame', '48');

  const everyNth = opened.getByLabel('Analyse every');
  await everyNth.fill('1');
  await press('b');
  await expect(layer).toHaveCount(1);
  const confidence = opened.getByRole('slider', { name: 'Confidence at least' });
  await confidence.focus();
  await press('ArrowRight');
  await expect(confidence).toHaveAttribute('aria-valuetext', '26%');
  await expect(layer).toHaveAttribute('data-frame', '48');

  await opened.getByRole('slider', { name: 'Time' }).click({ position: { x: 2, y: 10 } });
  await press('Space');
  await expect.poll(() => isPaused(opened)).toBe(false);
  expect(await opened.evaluate(() => scrollY)).toBe(0);
});

test('what is selected in one frame is nothing in another', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  const layer = opened.getByTestId('live-boxes');
  const selected = layer.locator('[data-highlighted]');
  await opened.keyboard.press(']');
  await opened.getByRole('listbox', { name: 'Objects found' }).focus();
  await opened.keyboard.press('Home');
  await expect(selected.first()).toBeAttached();
  await opened.keyboard.press(']');
  await expect(layer).toHaveAttribute('data-frame', '48');
  await expect(selected).toHaveCount(0);
  await opened.keyboard.press('[');
  await expect(layer).toHaveAttribute('data-frame', '24');
  await expect(selected.first()).toBeAttached();
});

test('a video stops when another tab comes in front', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  await opened.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => isPaused(opened)).toBe(false);
  await opened.getByRole('tab', { name: 'Image' }).click();
  await expect.poll(() => isPaused(opened)).toBe(true);
  expect(await opened.locator('video').evaluate((video: HTMLVideoElement) => video.ended)).toBe(false);
});

test('tells its keys, and lets go of them in both tabs, for good', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  const boxes = opened
    .getByRole('tabpanel', { name: 'Video' })
    .getByRole('button', { name: 'Boxes', exact: true });
  await opened.keyboard.press('?');
  const dialog = opened.getByRole('dialog', { name: 'Keyboard' });
  await expect(dialog).toContainText('Previous and next analysed frame');
  await opened.keyboard.press('b');
  await expect(boxes, 'behind the dialog').toHaveAttribute('aria-pressed', 'true');
  await dialog.getByRole('checkbox', { name: 'Listen to single keys' }).uncheck();
  await opened.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await opened.keyboard.press('b');
  await expect(boxes).toHaveAttribute('aria-pressed', 'true');
  await opened.getByRole('tab', { name: 'Image' }).click();
  await opened.reload();
  await choose(opened, TINY_PNG);
  await opened.keyboard.press('?');
  await expect(dialog).toBeHidden();
  await opened.getByRole('button', { name: 'Keyboard help' }).click();
  await expect(dialog.getByRole('checkbox', { name: 'Listen to single keys' })).not.toBeChecked();
});

test('the focus goes to the stage when what had it is gone', async ({ opened }) => {
  await opened.route(ANALYZE, () => {});
  await chooseVideos(opened, DRAWN_CLIP, 'running');
  const enter = async (name: string) => {
    await opened.getByRole('button', { name }).focus();
    await opened.keyboard.press('Enter');
  };
  await enter('Cancel');
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'cancelled');
  await expect(stageOf(opened)).toBeFocused();
  await opened.keyboard.press('Tab');
  await expect(opened.getByRole('button', { name: 'Go on' })).toBeFocused();
  await opened.keyboard.press('Enter');
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'running');
  await expect(stageOf(opened)).toBeFocused();
  await expect(fileInput(opened)).toHaveAccessibleName('Add videos');
  await enter('Remove');
  await expect(fileInput(opened)).toBeFocused();
  await expect(fileInput(opened)).toHaveAccessibleName('Choose videos');
});

test('a browser without full screen is not offered it', async ({ opened }) => {
  await opened.addInitScript(() => {
    Object.defineProperty(Document.prototype, 'fullscreenEnabled', { value: undefined });
    Object.defineProperty(Element.prototype, 'requestFullscreen', { value: undefined });
  });
  await opened.reload();
  await chooseVideos(opened, DRAWN_CLIP);
  await expect(opened.getByRole('button', { name: 'Play' })).toBeVisible();
  await expect(opened.getByRole('button', { name: 'Full screen' })).toHaveCount(0);
  await opened.keyboard.press('f');
});
