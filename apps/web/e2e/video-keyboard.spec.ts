import { expect, test } from './fixtures.ts';
import { DRAWN_CLIP, drawnBoxes, stageOf } from './videos.ts';

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
  await expect(opened.getByLabel('Choose videos').first()).toBeFocused();
  await press('Enter');
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });

  await press(']');
  const layer = opened.getByTestId('live-boxes');
  await expect(layer).toHaveAttribute('data-frame', '24');
  expect((await drawnBoxes(opened)).held).toBe(false);
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
