import { readFile } from 'node:fs/promises';
import { CreateUploadResponseSchema, UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { fromBinary } from '@bufbuild/protobuf';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import type { Page } from '@playwright/test';
import { choose, PREDICT, pictureInput } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { example, MODEL, TINY_PNG } from './media.ts';
import { pngOf } from './png.ts';
import { DRAWN_CLIP } from './videos.ts';
import { lyingWebp } from './webp.ts';

test.describe('a picture that cannot be searched', () => {
  test.use({ allowedInConsole: FAILED_LOADS });

  test('is explained in the server’s words', async ({ opened }) => {
    const file = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') };
    await choose(opened, file, 'failed');
    const alert = opened.getByRole('alert').filter({ hasText: 'This file cannot be searched' });
    await expect(alert).toContainText('data is not a JPEG, PNG, WebP, AVIF, GIF or TIFF file');
  });

  test('is not sent when it is clearly something else', async ({ opened }) => {
    let requests = 0;
    opened.on('request', (request) => (requests += Number(request.method() === 'POST')));
    const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a picture') };
    await choose(opened, file, 'failed');
    await expect(opened.getByText('notes.txt was not sent')).toBeVisible();
    expect(requests).toBe(0);
  });

  test('is sent to the other tab when it is a video', async ({ opened }) => {
    const file = { name: 'clip.mp4', mimeType: 'video/mp4', buffer: Buffer.from('whatever') };
    await choose(opened, file, 'failed');
    await expect(opened.getByRole('alert').filter({ hasText: 'the Video tab' })).toBeVisible();
    await opened.getByRole('button', { name: 'Open in the Video tab' }).click();
    const panel = opened.getByRole('tabpanel', { name: 'Video' });
    await expect(panel.getByRole('heading', { name: 'clip.mp4' })).toBeVisible();
    await opened.getByRole('tab', { name: 'Image' }).click();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'empty');
  });

  test('is sent to the other tab also when only the server sees that it is a video', async ({ opened }) => {
    const file = { name: 'clip', mimeType: '', buffer: await readFile(DRAWN_CLIP) };
    await choose(opened, file, 'failed');
    await opened.getByRole('button', { name: 'Open in the Video tab' }).click();
    const panel = opened.getByRole('tabpanel', { name: 'Video' });
    await expect(panel.getByRole('heading', { name: 'clip' })).toBeVisible();
  });

  test('is refused by the server’s limit when it has too many pixels', async ({ opened }) => {
    const buffer = pngOf({ width: 6_000, height: 4_000 });
    await choose(opened, { name: 'huge.png', mimeType: 'image/png', buffer }, 'failed');
    await expect(opened.getByText('MAX_PIXELS')).toBeVisible();
  });

  test('says what to do when a quota is full', async ({ opened, stack }) => {
    await opened.route(PREDICT, (route) =>
      route.fulfill({
        status: 429,
        contentType: 'application/json',
        headers: { 'access-control-allow-origin': stack.pageUrl, 'access-control-allow-credentials': 'true' },
        json: { code: 'resource_exhausted', message: 'too many requests: 20 a second' },
      }),
    );
    await choose(opened, TINY_PNG, 'failed');
    const alert = opened.getByRole('alert').filter({ hasText: 'Too much for the server' });
    await expect(alert).toContainText('too many requests: 20 a second');
    await opened.unroute(PREDICT);
    await opened.getByRole('button', { name: 'Try again' }).click();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  });

  test('is kept while the server is gone, and searched by itself when it is back', async ({
    opened,
    stack,
  }) => {
    test.slow();
    await stack.stopServer();
    await choose(opened, TINY_PNG, 'searching');
    // It is asked a few times before it is told.
    await expect(opened.getByText('The server did not answer')).toBeVisible({ timeout: 30_000 });
    await expect(opened.getByTestId('server')).toHaveText('Not reachable');
    await stack.startServer();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found', { timeout: 25_000 });
  });

  test('is kept while this device is offline', async ({ opened, context }) => {
    await choose(opened, TINY_PNG);
    await context.setOffline(true);
    await choose(opened, TINY_PNG, 'failed');
    await expect(opened.getByText('This device is offline')).toBeVisible();
    await context.setOffline(false);
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  });

  test('is kept when what shows it cannot be fetched', async ({ opened, context }) => {
    await context.setOffline(true);
    await pictureInput(opened).setInputFiles(TINY_PNG);
    await expect(
      opened.getByRole('alert').filter({ hasText: 'A part of the page is missing' }),
    ).toBeVisible();
    await context.setOffline(false);
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  });
});

test.describe('the code that sends many', () => {
  test.use({ allowedInConsole: FAILED_LOADS });

  test('is fetched again until it is there, and the pictures are searched then', async ({
    opened,
    stack,
  }) => {
    await choose(opened, TINY_PNG);
    // The detection server answers all the time.
    const code = `${stack.pageUrl}/_next/**`;
    await opened.route(code, (route) => route.abort());
    await pictureInput(opened).setInputFiles(Array.from({ length: 10 }, () => TINY_PNG));
    await expect(
      opened.getByRole('alert').filter({ hasText: 'A part of the page is missing' }),
    ).toBeVisible();
    await opened.unroute(code);
    await expect(opened.getByRole('listbox', { name: 'Pictures' }).locator('[data-phase=found]')).toHaveCount(
      11,
    );
  });
});

test('can be cancelled, and searched again', async ({ opened }) => {
  await opened.route(PREDICT, () => {});
  const asked = opened.waitForRequest(PREDICT);
  await choose(opened, TINY_PNG, 'searching');
  await asked;
  const aborted = opened.waitForEvent('requestfailed');
  await opened.getByRole('button', { name: 'Cancel' }).click();
  await aborted;
  await expect(opened.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  await opened.unroute(PREDICT);
  await opened.getByRole('button', { name: 'Search again' }).click();
  await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  // The demonstration model is not above seeing something in a plain square.
  if (MODEL === 'yolov5n') {
    await expect(opened.getByText('sees nothing in this picture that it knows')).toBeVisible();
  }
});

test('is left out when the browser would show it lying', async ({ opened }) => {
  await choose(opened, { name: 'lying.webp', mimeType: 'image/webp', buffer: await lyingWebp(opened) });
  await expect(opened.getByText('This browser cannot show the file. Here are its boxes.')).toBeVisible();
  await expect(opened.getByTestId('frame').locator('img')).toHaveCount(0);
  await opened.getByRole('button', { name: 'Download' }).click();
  await opened.getByRole('button', { name: 'Picture with its boxes' }).click();
  await expect(opened.getByRole('alert').filter({ hasText: 'cannot draw this picture' })).toBeVisible();
});

test('has its objects listed in a low window, too', async ({ opened }) => {
  await opened.setViewportSize({ width: 960, height: 480 });
  await choose(opened, [example('street.jpg'), example('crossing.jpg')]);
  await opened.getByRole('slider', { name: 'Confidence at least' }).fill('5');
  const list = opened.getByRole('listbox', { name: 'Objects found' });
  expect((await list.boundingBox())?.height).toBeGreaterThanOrEqual(100);
  const times = opened.getByText(/^Answered by/);
  await times.scrollIntoViewIfNeeded();
  await expect(times).toBeInViewport({ ratio: 1 });
  const overflow = await opened.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  expect(overflow).toBeLessThanOrEqual(0);
});

test('asks for patience when the server is slow', async ({ opened }) => {
  await opened.clock.install();
  await opened.route(PREDICT, () => {});
  await choose(opened, TINY_PNG, 'searching');
  await opened.clock.runFor(12_000);
  await expect(opened.getByText(/Searching, 1\d s\. The server is busy or slow/)).toBeVisible();
});

test('can be chosen before the page listens', async ({ opened }) => {
  const code = Promise.withResolvers<void>();
  await opened.route('**/*.js', async (route) => {
    await code.promise;
    await route.continue();
  });
  await opened.reload({ waitUntil: 'commit' });
  await pictureInput(opened).setInputFiles(TINY_PNG);
  code.resolve();
  await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
});

test('can be an example', async ({ opened }) => {
  await opened.getByRole('region', { name: 'Examples' }).getByRole('button', { name: 'A street' }).click();
  await expect(opened.getByRole('heading', { name: 'street.jpg' })).toBeVisible();
  await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  await expect(opened.getByRole('option').first()).toBeVisible();
});

for (const way of ['drop', 'paste'] as const) {
  test(`can be brought by ${way}`, async ({ opened }) => {
    await opened.evaluate(
      ({ type, base64 }) => {
        const transfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        transfer.items.add(new File([bytes], 'brought.png', { type: 'image/png' }));
        const init = { bubbles: true, cancelable: true };
        const event =
          type === 'drop'
            ? new DragEvent('drop', { ...init, dataTransfer: transfer })
            : new ClipboardEvent('paste', { ...init, clipboardData: transfer });
        document.body.dispatchEvent(event);
      },
      { type: way, base64: TINY_PNG.buffer.toString('base64') },
    );
    await expect(opened.getByRole('heading', { name: 'brought.png' })).toBeVisible();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  });
}

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
    await expect(opened.getByText('0 of 3 searched, 3 failed', { exact: true })).toBeVisible();
    await opened.unroute(PREDICT);
    await opened.getByRole('button', { name: 'Retry failed' }).click();
    await expect(opened.getByText('3 of 3 searched', { exact: true })).toBeVisible();
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
