import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { serversFrames } from './servers-frames.ts';
import {
  anyClip,
  chooseVideos,
  clip,
  colours,
  DRAWN_CLIP,
  distance,
  fileInput,
  hasClips,
  openTab,
  save,
  seek,
  stageOf,
} from './videos.ts';

test.slow();

test('JSON lines, CSV and COCO hold what the server found, as far as the filters show it', async ({
  opened,
  stack,
}) => {
  await chooseVideos(opened, anyClip());
  const expected = [...(await serversFrames(stack.serverUrl, anyClip()))];
  const json = await save(opened, 'JSON lines');
  const lines = (await readFile(json.path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ frame, timeMs }) => [frame, timeMs])).toEqual(
    expected.map(([frame, { timeMs }]) => [frame, timeMs]),
  );
  for (const [index, [, { boxes }]] of expected.entries()) {
    expect(lines[index].predictions).toMatchObject(
      boxes.map(({ name, confidence, xmin, ymin, xmax, ymax }) => {
        return { name, confidence, xmin, ymin, xmax, ymax };
      }),
    );
  }

  const most = expected.reduce((sum, [, { boxes }]) => sum + boxes.length, 0);
  const csv = (await readFile((await save(opened, 'CSV')).path, 'utf8')).trim().split('\r\n');
  expect(csv).toHaveLength(most + 1);
  const coco = JSON.parse(await readFile((await save(opened, 'COCO')).path, 'utf8'));
  expect([coco.images.length, coco.annotations.length]).toEqual([expected.length, most]);

  await opened.getByRole('slider', { name: 'Confidence at least' }).fill('80');
  const fewer = (await readFile((await save(opened, 'CSV')).path, 'utf8')).trim().split('\r\n');
  expect(fewer.length).toBeLessThan(csv.length);
});

for (const name of ['v-vp9-bottle.webm', 'v-rotate90-person.mp4']) {
  test(`${name}: a video is made with the boxes drawn in, whole and upright`, async ({ opened, stack }) => {
    test.skip(!hasClips, 'there is no ../shared/media/videos');
    await chooseVideos(opened, clip(name));
    const frames = await serversFrames(stack.serverUrl, clip(name));
    const counted = await opened.getByText(/frames of \d+ analysed/).textContent();
    const { timeMs, boxes } = [...frames.values()].find((frame) => frame.boxes.length > 0) ?? {
      timeMs: 0,
      boxes: [],
    };
    const [box] = boxes;
    if (!box) throw new Error('nothing was found');
    const made = await save(opened, 'Video with boxes');
    expect(made.name).toMatch(/-boxes\.(mp4|webm)$/);
    const middle = [(box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2] as const;
    const points = [[Math.round(box.xmin), middle[1]], middle] as const;
    await seek(opened, (timeMs + 1) / 1_000);
    const before = await colours(opened, points);

    // The server reads it, frame by frame; the browser plays it.
    const [size] = (await opened.getByText(/^\d+ × \d+ ·/).textContent())?.split(' · ') ?? [];
    await fileInput(opened).setInputFiles(made.path);
    await expect(opened.getByTestId('video-row')).toHaveCount(2);
    await expect(opened.getByText(/^\d+ × \d+ ·/)).toContainText(size ?? '?');
    await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });
    await expect(opened.getByText(/frames of \d+ analysed/)).toHaveText(counted ?? '');
    await seek(opened, (timeMs + 1) / 1_000);
    const after = await colours(opened, points);
    expect(distance(before[0], after[0]), 'on the edge of the box').toBeGreaterThan(40);
    expect(distance(before[1], after[1]), 'in its middle').toBeLessThan(40);
  });
}

/** What the page keeps out of sight in the browser. */
const scratchFiles = (page: Page) =>
  page.evaluate(async () => {
    const names: string[] = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
    return names;
  });

test('making a video can be cancelled, leaves nothing then, and can be begun again', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  await opened.getByRole('button', { name: 'Video with boxes' }).click();
  await expect(opened.getByText(/Drawing the boxes in, \d+%/)).toBeVisible();
  const cancel = opened.getByRole('region', { name: 'Download' }).getByRole('button', { name: 'Cancel' });
  await expect(cancel, 'the same button').toBeFocused();
  await cancel.click();
  await expect(opened.getByText(/Drawing the boxes in/)).toBeHidden();
  await expect.poll(() => scratchFiles(opened)).toEqual([]);
  const made = await save(opened, 'Video with boxes');
  expect(made.name).toMatch(/^traffic-boxes\.(mp4|webm)$/);
  await expect(opened.getByText('The video with boxes is among your downloads.')).toBeVisible();
  expect(await scratchFiles(opened)).toHaveLength(1);
  await opened.getByRole('button', { name: 'Remove' }).click();
  await expect.poll(() => scratchFiles(opened)).toEqual([]);
});

test('what an earlier page has left is removed when the tab is opened', async ({ opened }) => {
  await opened.evaluate(async (nowMs) => {
    const folder = await navigator.storage.getDirectory();
    for (const madeMs of [nowMs - 2 * 3_600_000, nowMs]) {
      await folder.getFileHandle(`annotated-${madeMs}.mp4`, { create: true });
    }
  }, Date.now());
  await openTab(opened);
  await expect.poll(() => scratchFiles(opened), 'only what may still be on its way').toHaveLength(1);
});

test('a video is made to its end while another one is looked at', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  const saved = opened.waitForEvent('download', { timeout: 60_000 });
  await opened.getByRole('button', { name: 'Video with boxes' }).click();
  await expect(opened.getByText(/Drawing the boxes in, \d+%/)).toBeVisible();
  // Another name, or it would be taken for the same.
  await fileInput(opened).setInputFiles({
    name: 'other.mp4',
    mimeType: 'video/mp4',
    buffer: await readFile(DRAWN_CLIP),
  });
  await expect(opened.getByRole('heading', { name: 'other.mp4' })).toBeVisible();
  expect((await saved).suggestedFilename()).toMatch(/^traffic-boxes\.(mp4|webm)$/);
});

test('a video that the browser cannot decode is said to be one', async ({ opened }) => {
  test.skip(!hasClips, 'there is no ../shared/media/videos');
  await chooseVideos(opened, clip('v-hevc-bottle.mp4'));
  await opened.getByRole('button', { name: 'Video with boxes' }).click();
  await expect(opened.getByText('This browser cannot decode hevc')).toBeVisible();
  await expect(
    opened.getByTestId('gallery-frame').first().getByRole('img', { includeHidden: true }),
  ).toBeVisible();
});

test('a browser that keeps no scratch files is said to make no videos', async ({ opened }) => {
  await opened.addInitScript(() => Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable'));
  await opened.reload();
  await chooseVideos(opened, DRAWN_CLIP);
  await opened.getByRole('button', { name: 'Video with boxes' }).click();
  await expect(opened.getByText('This browser cannot make videos.')).toBeVisible();
});
