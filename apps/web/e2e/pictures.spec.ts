import { CreateUploadResponseSchema, UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { fromBinary } from '@bufbuild/protobuf';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import type { Page } from '@playwright/test';
import { choose, PREDICT, pictureInput } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { example, TINY_PNG } from './media.ts';
import { pngOf } from './png.ts';

test.describe('several pictures', () => {
  const strip = 'Pictures';
  test.use({ allowedInConsole: FAILED_LOADS });

  test('stand in a strip, each with what was found', async ({ opened }) => {
    await choose(opened, [example('street.jpg'), example('room.jpg'), example('park.jpg')]);
    const thumbnails = opened.getByRole('listbox', { name: strip }).getByRole('option');
    await expect(thumbnails).toHaveCount(3);
    for (const thumbnail of await thumbnails.all()) {
      await expect(thumbnail).toHaveAttribute('data-phase', 'found');
      await expect(thumbnail).toHaveAccessibleName(/\.jpg, (no|\d+) objects?$/);
    }
    await thumbnails.nth(2).click();
    await expect(opened.getByRole('heading', { name: 'park.jpg' })).toBeVisible();
    await opened.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(thumbnails).toHaveCount(2);
    await expect(opened.getByRole('heading', { name: 'room.jpg' })).toBeVisible();
    await opened.getByRole('button', { name: 'Remove all' }).click();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'empty');
    await expect(pictureInput(opened)).toBeFocused();
  });

  test('stay in sight when the strip gets narrower', async ({ opened }) => {
    const buffer = TINY_PNG.buffer;
    const many = Array.from({ length: 12 }, (_, index) => ({ ...TINY_PNG, name: `${index}.png`, buffer }));
    await choose(opened, many);
    const last = opened.getByRole('option').last();
    await last.click();
    for (const width of [1000, 700]) {
      await opened.setViewportSize({ width, height: 800 });
      await expect(last).toBeInViewport({ ratio: 1 });
    }
  });

  test('are filtered as before when all were removed', async ({ opened }) => {
    await choose(opened, [example('street.jpg'), example('room.jpg')]);
    const confidence = opened.getByRole('slider', { name: 'Confidence at least' });
    const boxes = opened.getByRole('button', { name: 'Boxes', exact: true });
    await confidence.fill('80');
    await opened.keyboard.press('b');
    await opened.getByRole('button', { name: 'Remove all' }).click();
    await choose(opened, example('park.jpg'));
    await expect(confidence).toHaveValue('80');
    await expect(boxes).toHaveAttribute('aria-pressed', 'false');
  });

  test('do not keep each other from being searched', async ({ opened }) => {
    const broken = { name: 'a.jpg', mimeType: 'text/plain', buffer: Buffer.from('no') };
    await choose(opened, [broken, TINY_PNG], 'failed');
    const thumbnails = opened.getByRole('listbox', { name: strip }).getByRole('option');
    await expect(thumbnails.first()).toHaveAccessibleName('a.jpg, failed: That is not a picture');
    await expect(thumbnails.last()).toHaveAttribute('data-phase', 'found');
    await expect(opened.getByRole('status', { name: 'All pictures' })).toHaveText(
      '1 of 2 searched, 1 failed',
    );
    // What is no picture would be none the next time.
    await expect(opened.getByRole('button', { name: 'Retry failed' })).toBeHidden();
  });

  test('that failed are searched again together', async ({ opened, stack }) => {
    const full = { code: 'resource_exhausted', message: 'too many requests' };
    const headers = {
      'access-control-allow-origin': stack.pageUrl,
      'access-control-allow-credentials': 'true',
    };
    await opened.route(PREDICT, (route) => route.fulfill({ status: 429, headers, json: full }));
    await choose(opened, [TINY_PNG, TINY_PNG, TINY_PNG], 'failed');
    await expect(opened.getByText('0 of 3 searched, 3 failed', { exact: true }).first()).toBeVisible();
    await opened.unroute(PREDICT);
    await opened.getByRole('button', { name: 'Retry failed' }).click();
    await expect(opened.getByText('3 of 3 searched', { exact: true }).first()).toBeVisible();
  });

  test('share one stream when they are many, and leave nothing behind', async ({ opened }) => {
    const [analyses, singles, created, deleted] = [[], [], [], []] as string[][];
    opened.on('request', (request) => {
      const url = request.url();
      if (request.method() !== 'POST') return;
      if (url.endsWith('/Analyze')) analyses?.push(url);
      if (url.endsWith('/PredictSingleImage')) singles?.push(url);
      if (url.endsWith('/CreateUpload')) created?.push(url);
      if (url.endsWith('/DeleteUpload')) deleted?.push(url);
    });
    const names = ['street', 'room', 'beach', 'park', 'evening', 'crossing'];
    const files = [...names, ...names.slice(0, 4)].map((name) => example(`${name}.jpg`));
    await choose(opened, files, 'found');
    const found = opened.getByRole('listbox', { name: strip }).locator('[data-phase=found]');
    await expect(found).toHaveCount(10);
    await expect.poll(() => deleted?.length).toBe(10);
    expect([analyses?.length, singles?.length, created?.length]).toEqual([1, 0, 10]);
  });

  /** Many on their way, none of them answered. @returns the ids of their uploads */
  async function sendMany(page: Page): Promise<string[]> {
    await page.route('**/Analyze', () => {});
    const ids: string[] = [];
    let sent = 0;
    page.on('response', async (response) => {
      if (response.request().method() !== 'POST') return;
      sent += Number(response.url().endsWith('/FinishUpload'));
      if (!response.url().endsWith('/CreateUpload')) return;
      const { upload } = fromBinary(CreateUploadResponseSchema, await response.body());
      if (upload) ids.push(upload.id);
    });
    await choose(page, Array(9).fill(TINY_PNG), 'searching');
    await expect.poll(() => [ids.length, sent]).toEqual([9, 9]);
    return ids;
  }

  async function expectForgotten(serverUrl: string, ids: readonly string[]): Promise<void> {
    const uploads = createClient(UploadService, createConnectTransport({ baseUrl: serverUrl }));
    for (const id of ids) {
      const fate = () =>
        uploads.getUpload({ id }).then(
          () => 'there',
          ({ code }) => code,
        );
      await expect.poll(fate).toBe(Code.NotFound);
    }
  }

  test('leave nothing behind when their page is closed on the way', async ({ opened, context, stack }) => {
    const ids = await sendMany(opened);
    // Closed by somebody: what is closed by a program goes without a word.
    await opened.close({ runBeforeUnload: true });
    await expectForgotten(stack.serverUrl, ids);
    expect(context.pages()).toHaveLength(0);
  });

  test('leave nothing behind when their page goes without a word and comes again', async ({
    opened,
    stack,
  }) => {
    const ids = await sendMany(opened);
    await opened.evaluate(() =>
      addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true),
    );
    await opened.reload();
    await expectForgotten(stack.serverUrl, ids);
  });

  test('go in pieces when they are large, and can be cancelled on the way', async ({ opened }) => {
    const buffer = pngOf({ width: 10, height: 10, ballast: 6e6 });
    await opened.route('**/PutPiece', () => {});
    await choose(opened, { name: 'large.png', mimeType: 'image/png', buffer }, 'searching');
    await expect(opened.getByText(/Sending, \d+%/)).toBeVisible();
    const deleted = opened.waitForRequest('**/DeleteUpload');
    await opened.getByRole('button', { name: 'Cancel' }).click();
    await deleted;
    await expect(opened.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
    await opened.unroute('**/PutPiece');
    await opened.getByRole('button', { name: 'Search again' }).click();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  });
});
