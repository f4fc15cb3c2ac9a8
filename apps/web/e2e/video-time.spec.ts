// Ways through the time of a video: the seek bar, and from picture to picture.
import { writeFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import { remux } from './remux.ts';
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
  // Before, nobody listens to a click.
  await expect(opened.getByTestId('server')).toHaveAttribute('data-phase', 'ready');
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

test('single steps visit every picture, however long each lasts', async ({ opened }, testInfo) => {
  const path = testInfo.outputPath('uneven.mkv');
  // A second of 25 pictures, then one picture a second.
  await writeFile(path, await remux(DRAWN_CLIP, { slowFromS: 0.96 }));
  const timesMs = Array.from({ length: 34 }, (_, index) =>
    index < 25 ? index * 40 : (index - 24) * 1_000 + 960,
  );
  await chooseVideos(opened, path);
  await stageOf(opened).focus();
  const shown = await opened.locator('video').evaluateHandle((video: HTMLVideoElement) => {
    const times: number[] = [];
    video.requestVideoFrameCallback(function note(_, { mediaTime }) {
      if (times.at(-1) !== mediaTime) times.push(mediaTime);
      video.requestVideoFrameCallback(note);
    });
    return times;
  });
  const shownMs = () => shown.evaluate((times) => times.map((time) => Math.round(time * 1_000)));
  const steps = [
    ...timesMs.slice(1).map((timeMs) => ['.', timeMs] as const),
    ...timesMs
      .slice(0, -1)
      .map((timeMs) => [',', timeMs] as const)
      .reverse(),
  ];
  const expected: number[] = [];
  for (const [key, timeMs] of steps) {
    await opened.keyboard.press(key);
    expected.push(timeMs);
    await expect.poll(shownMs, { message: `${key} leads to ${timeMs}`, intervals: [20] }).toEqual(expected);
  }
});
