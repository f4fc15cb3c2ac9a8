import { readFile } from 'node:fs/promises';
import { choose, PREDICT, pictureInput } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { TINY_PNG } from './media.ts';
import { pngOf } from './png.ts';
import { DRAWN_CLIP } from './videos.ts';

test.describe('a picture that cannot be searched', () => {
  test.use({ allowedInConsole: FAILED_LOADS });

  test('is explained in the server’s words', async ({ opened }) => {
    const file = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') };
    await choose(opened, file, 'failed');
    const alert = opened.getByRole('alert').filter({ hasText: 'This file cannot be searched' });
    await expect(alert.getByRole('figure', { name: 'What the server says' })).toContainText(
      'data is not a JPEG, PNG, WebP, AVIF, GIF or TIFF file',
    );
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
    const alert = opened.getByRole('alert').filter({ hasText: 'The picture is too large for this server' });
    await expect(alert).toContainText('MAX_PIXELS allows');
    await expect(alert.getByRole('button')).toHaveCount(0);
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
    await expect(opened.getByTestId('stage')).toContainText('This device is offline');
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
