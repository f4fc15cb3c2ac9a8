// What `pnpm detect --out` writes plays in a browser: the right frames, at the right times, to the end.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import { greyOf, writeAvi } from '../../../packages/video/test/avi.ts';
import { startServer } from '../../server/bench/server-process.ts';
import { REPOSITORY } from './media.ts';

const FRAMES = 20;
const FRAMES_PER_SECOND = 10;
/** Odd sides, which H.264 as players take it has not. */
const size = { width: 197, height: 133 };
const ORIGIN = 'http://annotated.test';

let folder: string;
/** Undefined where the package that writes videos is absent: frames are then written as pictures. */
let video: Buffer | undefined;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  folder = await mkdtemp(join(tmpdir(), 'boxwire-annotated-'));
  const clip = await writeAvi({ ...size, frames: FRAMES, framesPerSecond: FRAMES_PER_SECOND });
  await writeFile(join(folder, 'clip.avi'), clip);
  const server = await startServer({ MODEL: 'demo', MODEL_DIR: folder, UPLOAD_DIR: join(folder, 'uploads') });
  try {
    // Grey all over: nothing is found, so that the frames can be told by their grey.
    const args = ['--server', `localhost:${server.port}`, '--every', '1', '--conf', '1', '--out', folder];
    await promisify(execFile)(process.execPath, [
      `${REPOSITORY}apps/cli/src/main.ts`,
      ...args,
      join(folder, 'clip.avi'),
    ]);
  } finally {
    await server.stop();
  }
  video = await readFile(join(folder, 'clip.avi.boxes.mp4')).catch(() => undefined);
});

test.afterAll(() => rm(folder, { recursive: true, force: true }));

/** A page with nothing but the video. */
async function show(page: Page): Promise<void> {
  test.skip(video === undefined, 'videos cannot be written here: the package node-av is absent');
  await page.route(`${ORIGIN}/**`, (route) => {
    const isVideo = route.request().url().endsWith('.mp4');
    return route.fulfill(
      isVideo
        ? { body: video ?? '', contentType: 'video/mp4' }
        : { body: '<!doctype html><video muted></video>', contentType: 'text/html' },
    );
  });
  await page.goto(`${ORIGIN}/`);
  const canPlay = await page.locator('video').evaluate(async (element: HTMLVideoElement) => {
    // As a blob it can be sought in, whatever the server knows of ranges.
    element.src = URL.createObjectURL(await (await fetch('clip.mp4')).blob());
    return element.canPlayType('video/mp4; codecs="avc1.64001F"');
  });
  test.skip(canPlay === '', 'this browser has no H.264');
}

test('an annotated video plays to its end', async ({ page }) => {
  await show(page);
  const end = await page.locator('video').evaluate(async (element: HTMLVideoElement) => {
    const ended = new Promise((resolve, reject) => {
      element.onended = resolve;
      element.onerror = () => reject(new Error(element.error?.message));
    });
    await element.play();
    await ended;
    const { videoWidth, videoHeight, duration, error } = element;
    return { videoWidth, videoHeight, duration, error };
  });
  expect(end).toMatchObject({ videoWidth: 198, videoHeight: 134, error: null });
  expect(end.duration).toBeCloseTo(FRAMES / FRAMES_PER_SECOND, 0);
});

test('an annotated video shows each frame at its time', async ({ page }) => {
  await show(page);
  const greys = await page.locator('video').evaluate(
    async (element: HTMLVideoElement, times: number[]) => {
      const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext(
        '2d',
      );
      const seen: (number | undefined)[] = [];
      for (const time of times) {
        // The frame that is painted, by its own time: a seek is over before its frame is on the screen.
        const painted = new Promise<void>((resolve) => {
          const look: VideoFrameRequestCallback = (_now, { mediaTime }) => {
            if (mediaTime <= time && time - mediaTime < 0.06) resolve();
            else element.requestVideoFrameCallback(look);
          };
          element.requestVideoFrameCallback(look);
        });
        element.currentTime = time;
        await painted;
        context?.drawImage(element, 50, 50, 1, 1, 0, 0, 1, 1);
        seen.push(context?.getImageData(0, 0, 1, 1).data[0]);
      }
      return seen;
    },
    Array.from({ length: FRAMES - 1 }, (_, index) => (index + 0.5) / FRAMES_PER_SECOND),
  );
  for (const [index, grey = -1] of greys.entries()) {
    expect(Math.abs(grey - greyOf(index + 1)), `frame ${index + 1}`).toBeLessThan(12);
  }
});
