// The page as `pnpm dev` serves it: React runs each effect twice there, to show those that do not bear it.
import type { Page } from '@playwright/test';
import { freePort } from '../../server/bench/server-process.ts';
import { choose } from './choose.ts';
import { expect, test } from './fixtures.ts';
import { REPOSITORY, TINY_PNG } from './media.ts';
import { type Running, run } from './processes.ts';
import { chooseVideos, DRAWN_CLIP } from './videos.ts';

test.setTimeout(180_000);

let served: Running | undefined;
let page: Page;

test.beforeAll(async ({ browser, stack }) => {
  test.skip(stack.missing !== undefined, stack.missing);
  test.setTimeout(180_000);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = { HOST: '127.0.0.1', WEB_PORT: `${port}`, SERVER_URL: stack.serverUrl };
  served = await run(['serve.ts', 'dev'], `${REPOSITORY}apps/web`, settings, url);
  await stack.stopServer();
  await stack.startServer({ CORS_ORIGINS: url });
  page = await browser.newPage();
});

test.beforeEach(async () => {
  await page.goto(served?.url ?? '');
  await expect(page.getByTestId('server')).toHaveAttribute('data-phase', 'ready', { timeout: 60_000 });
});

test.afterAll(async ({ stack }) => {
  await page?.close();
  await served?.stop();
  await stack.stopServer();
});

test('the help on the keyboard opens, stays, and closes', async () => {
  await choose(page, TINY_PNG);
  const dialog = page.getByRole('dialog', { name: 'Keyboard' });
  const help = page.getByRole('button', { name: 'Keyboard help' }).first();
  await help.click();
  await expect(dialog).toBeVisible();
  // What would close it does so a moment later.
  await page.waitForTimeout(500);
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await help.click();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
});

test('the analysed frames of a video have pictures', async () => {
  await chooseVideos(page, DRAWN_CLIP);
  const gallery = page.getByTestId('gallery');
  await gallery.scrollIntoViewIfNeeded();
  await expect(gallery.locator('[data-drawn]')).not.toHaveCount(0);
});

test('what is handed over is taken once', async () => {
  // The other tab is made with what is handed to it.
  await page.goto(`${served?.url}/?tab=video`);
  await chooseVideos(page, { ...TINY_PNG, name: 'handed-over.png' }, 'failed');
  await page.getByRole('button', { name: 'Open in the Image tab' }).click();
  await expect(page.getByRole('heading', { name: 'handed-over.png' })).toBeVisible();
  await expect(page.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  // A strip is for several.
  await expect(page.getByRole('listbox', { name: 'Pictures' })).toHaveCount(0);
});
