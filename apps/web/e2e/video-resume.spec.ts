import { readFile } from 'node:fs/promises';
import { CreateUploadResponseSchema, UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { fromBinary } from '@bufbuild/protobuf';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import type { Page, Route } from '@playwright/test';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import {
  ANALYZE,
  analyseEvery,
  chooseVideos,
  clip,
  DRAWN_CLIP,
  dropFiles,
  hasClips,
  keptInBrowser,
  openTab,
  PUT_PIECE,
  stageOf,
} from './videos.ts';

test.slow();
test.use({ allowedInConsole: FAILED_LOADS });

/** Counts what the page asks of the server. */
function countCalls(page: Page): Map<string, number> {
  const calls = new Map<string, number>();
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname.split('/').at(-1) ?? '';
    calls.set(name, (calls.get(name) ?? 0) + 1);
  });
  return calls;
}

/** Lets so many calls pass and holds the others. */
function passing(count: number) {
  let calls = 0;
  return (route: Route) => (++calls <= count ? route.continue() : undefined);
}

/** What the page has found, as it gives it away. */
async function exported(page: Page): Promise<{ frame: number; predictions: unknown[] }[]> {
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'JSON lines' }).click();
  const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

const exportedFrames = async (page: Page) => (await exported(page)).map(({ frame }) => frame);

const exportedObjects = async (page: Page) =>
  (await exported(page)).reduce((sum, { predictions }) => sum + predictions.length, 0);

/** Begins to analyse every frame and waits until some are found. */
async function analyseHalfWay(page: Page): Promise<void> {
  await page.getByLabel('Analyse every').fill('1');
  await page.getByRole('button', { name: 'Analyse again' }).click();
  // Looked at often, or a fast machine is at the end before the first look.
  const found = () => page.getByTestId('gallery-frame').count();
  await expect.poll(found, { intervals: [50] }).toBeGreaterThan(8);
  await expect(stageOf(page)).toHaveAttribute('data-phase', 'running');
}

const multiples = (everyNth: number, count: number) =>
  Array.from({ length: count }, (_, index) => (index + 1) * everyNth);

test('an upload goes on after a reload where it was', async ({ opened }) => {
  test.skip(!hasClips, 'there is no ../shared/media/videos, and the drawn clip goes in one piece');
  await opened.route(PUT_PIECE, passing(1));
  await chooseVideos(opened, clip('one-by-one-person-detection.mp4'), 'running');
  const share = async () =>
    Number(await opened.getByRole('progressbar', { name: 'Upload' }).getAttribute('value'));
  await expect.poll(share).toBeGreaterThan(0.1);
  const before = await share();
  const calls = countCalls(opened);
  await opened.reload();
  await expect.poll(share).toBe(before);
  await opened.unroute(PUT_PIECE);
  await opened.reload();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  expect(calls.get('CreateUpload')).toBeUndefined();
  await expect(opened.locator('video')).toBeVisible();
});

test('an analysis goes on after a reload where it was, every frame once', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  await analyseHalfWay(opened);
  const calls = countCalls(opened);
  await opened.reload();
  // What was found before is there before the server has said anything.
  await opened.route(ANALYZE, () => {});
  await opened.reload();
  await expect.poll(() => opened.getByTestId('gallery-frame').count()).toBeGreaterThan(4);
  await opened.unroute(ANALYZE);
  await opened.reload();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  const frames = await exportedFrames(opened);
  expect(frames).toEqual(multiples(1, 200));
  expect(calls.get('PutPiece')).toBeUndefined();
});

test('what is done is there again after a reload, without the server', async ({ opened, stack }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  const before = await exportedFrames(opened);
  await stack.stopServer();
  await opened.reload();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done');
  expect(await exportedFrames(opened)).toEqual(before);
  await expect(opened.locator('video')).toBeVisible();
});

test('a cancel ends it on the server, too, and it can go on', async ({ opened, stack }) => {
  const created = opened.waitForResponse('**/boxwire.v1.UploadService/CreateUpload');
  await opened.route(PUT_PIECE, passing(0));
  await chooseVideos(opened, DRAWN_CLIP, 'running');
  const { upload } = fromBinary(CreateUploadResponseSchema, await (await created).body());
  await opened.getByRole('button', { name: 'Cancel' }).click();
  await expect(opened.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  const uploads = createClient(UploadService, createConnectTransport({ baseUrl: stack.serverUrl }));
  await expect
    .poll(() => uploads.getUpload({ id: upload?.id ?? '' }).catch(({ code }) => code))
    .toBe(Code.NotFound);
  await opened.reload();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'cancelled');
  await opened.unroute(PUT_PIECE);
  await opened.getByRole('button', { name: 'Go on' }).click();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });
});

test('a cancelled analysis stops', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  await analyseHalfWay(opened);
  const ended = opened.waitForEvent('requestfailed', (request) => request.url().endsWith('/Analyze'));
  await opened.getByRole('button', { name: 'Cancel' }).click();
  await ended;
  const kept = (await exportedFrames(opened)).length;
  expect(kept).toBeGreaterThan(8);
  await opened.reload();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'cancelled');
  expect((await exportedFrames(opened)).length).toBe(kept);
  await opened.route(ANALYZE, () => {});
  await opened.getByRole('button', { name: 'Go on' }).click();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'running');
  await expect(opened.getByRole('button', { name: 'Video with boxes' })).toBeDisabled();
  await expect(opened.getByText('can be made once the analysis has ended')).toBeVisible();
});

const OTHER = { name: 'other.mp4', mimeType: 'video/mp4', buffer: Buffer.from('another video') };

test('a forgotten video leaves nothing behind', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  await expect.poll(() => keptInBrowser(opened)).toMatchObject({ videos: 1, files: 1 });
  const deleted = opened.waitForResponse('**/boxwire.v1.UploadService/DeleteUpload');
  await opened.getByRole('button', { name: 'Remove' }).click();
  expect((await deleted).ok()).toBe(true);
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'empty');
  await expect.poll(() => keptInBrowser(opened)).toEqual({ videos: 0, files: 0, frames: 0 });
  await opened.reload();
  await expect(opened.getByText('Drop a video here')).toBeVisible();
});

test('a file that the browser did not keep is asked for', async ({ opened }) => {
  await opened.route(PUT_PIECE, passing(0));
  await chooseVideos(opened, DRAWN_CLIP, 'running');
  await dropFiles(opened);
  await opened.unroute(PUT_PIECE);
  await opened.reload();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'needs-file');
  await expect(opened.getByRole('alert').filter({ hasText: 'needed once more' })).toBeVisible();
  const chooser = opened.getByLabel('Choose the file');
  await chooser.setInputFiles(OTHER);
  await expect(opened.getByText('Not the same file')).toBeVisible();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'needs-file');
  await chooser.setInputFiles(DRAWN_CLIP);
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });
});

test('a video without its file shows its boxes, and takes the file', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  await dropFiles(opened);
  await opened.reload();
  await expect(opened.getByText('This browser did not keep the file.')).toBeVisible();
  await expect(opened.getByTestId('live-boxes')).toHaveAttribute('data-frame', '24');
  await opened.keyboard.press(']');
  await expect(opened.getByTestId('live-boxes')).toHaveAttribute('data-frame', '48');
  await opened.getByLabel('Choose the file').setInputFiles(DRAWN_CLIP);
  await expect(opened.locator('video')).toBeVisible();
  await expect(opened.getByText('This browser did not keep the file.')).toBeHidden();
  await expect(opened.getByTestId('video-row'), 'not one more').toHaveCount(0);
});

test('other frames can be asked for before the first video', async ({ opened }) => {
  await openTab(opened);
  // What is wrong elsewhere is no reason to forget it.
  await opened.getByLabel('Overlap at most').fill('2');
  await expect(opened.getByText('From 0 to 1')).toBeVisible();
  await opened.getByLabel('Analyse every').fill('48');
  await chooseVideos(opened, DRAWN_CLIP);
  const frames = await exportedFrames(opened);
  expect(frames).toEqual(multiples(48, frames.length));
});

test('another overlap and other frames are analysed with the same upload', async ({ opened }) => {
  await chooseVideos(opened, DRAWN_CLIP);
  const before = await exportedObjects(opened);
  const calls = countCalls(opened);
  // No box is too close to another one then.
  await opened.getByRole('spinbutton', { name: 'Overlap at most (IoU)' }).fill('1');
  await analyseEvery(opened, 48);
  const frames = await exportedFrames(opened);
  expect(frames).toEqual(multiples(48, frames.length));
  expect(await exportedObjects(opened)).toBeGreaterThan(before);
  expect([calls.get('Analyze'), calls.get('CreateUpload')]).toEqual([1, undefined]);
  await opened.getByRole('button', { name: 'Remove' }).click();
  await expect(opened.getByLabel('Analyse every'), 'of the next video').toHaveValue('48');
});
