// Ways through the time of a video.
import { expect, test } from './fixtures.ts';
import { chooseVideos, DRAWN_CLIP, PUT_PIECE, stageOf } from './videos.ts';

test.slow();

test('the seek bar works before the server has read anything', async ({ opened }) => {
  await opened.route(PUT_PIECE, () => {});
  await chooseVideos(opened, DRAWN_CLIP, 'running');
  const bar = opened.getByRole('slider', { name: 'Time' });
  await expect(bar).not.toHaveAttribute('aria-valuemax', '0');
  await bar.click();
  const share = () =>
    opened.locator('video').evaluate(({ currentTime, duration }: HTMLVideoElement) => currentTime / duration);
  await expect.poll(share).toBeCloseTo(0.5, 1);
  await expect(bar).toHaveAttribute('aria-valuetext', /^0:0[1-9].* of 0:0[1-9]: not analysed$/);
});

test('a video of unknown length is not thrown back to its start', async ({ opened }) => {
  await opened.addInitScript(() => {
    Object.defineProperty(HTMLMediaElement.prototype, 'duration', { value: Number.POSITIVE_INFINITY });
  });
  await opened.reload();
  await opened.route(PUT_PIECE, () => {});
  await chooseVideos(opened, DRAWN_CLIP, 'running');
  const currentTime = () => opened.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
  await stageOf(opened).focus();
  await opened.keyboard.press('ArrowRight');
  await expect.poll(currentTime).toBeGreaterThan(4);
  const bar = opened.getByRole('slider', { name: 'Time' });
  await bar.click();
  await bar.press('PageUp');
  expect(await currentTime()).toBeGreaterThan(4);
});
