import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { problems, problemsOfColour } from './axe.ts';
import { choose } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { pictureOfObjects } from './media.ts';

const token = `boxwire_${randomBytes(32).toString('base64url')}`;
const line = `somebody sha256:${createHash('sha256').update(token).digest('hex')}\n`;

test.use({ allowedInConsole: FAILED_LOADS });

let folder: string;
let tokensFile: string;

test.beforeAll(async ({ stack }) => {
  folder = mkdtempSync(join(tmpdir(), 'boxwire-sign-in-'));
  tokensFile = join(folder, 'tokens.txt');
  writeFileSync(tokensFile, line);
  await stack.stopServer();
  if (!stack.missing) await stack.startServer({ TOKENS_FILE: tokensFile });
});

test.beforeEach(async ({ page, stack }) => {
  test.skip(stack.missing !== undefined, stack.missing);
  await page.goto(stack.pageUrl);
});

test.afterAll(async ({ stack }) => {
  await stack.stopServer();
  rmSync(folder, { recursive: true });
});

const badge = (page: Page) => page.getByTestId('server');

async function signIn(page: Page, word: string): Promise<void> {
  await page.getByLabel('Token').fill(word);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('signs in with a token, works, stays signed in after a reload, and signs out', async ({ page }) => {
  await expect(badge(page)).toHaveText('Signed out');
  await signIn(page, 'boxwire_wrong');
  await expect(page.getByRole('region', { name: 'Sign in' }).getByRole('alert')).toHaveText(
    'Not signed in: the token is not known here.',
  );
  await signIn(page, token);
  await expect(badge(page)).toHaveAttribute('data-phase', 'ready');
  await expect(page.getByRole('region', { name: 'Sign in' })).toBeHidden();
  await page.reload();
  await expect(badge(page)).toHaveAttribute('data-phase', 'ready');
  await choose(page, pictureOfObjects(), 'found');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(badge(page)).toHaveText('Signed out');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
  await page.reload();
  await expect(badge(page)).toHaveText('Signed out');
});

test('does not say that it signs out while the server is away', async ({ page, stack }) => {
  await signIn(page, token);
  await expect(badge(page)).toHaveAttribute('data-phase', 'ready');
  await stack.stopServer();
  const button = page.getByRole('button', { name: 'Sign out' });
  await button.click();
  await expect(page.getByText('Not signed out: the server did not answer.')).toBeVisible();
  await stack.startServer({ TOKENS_FILE: tokensFile });
  await expect(badge(page)).toHaveAttribute('data-phase', 'ready', { timeout: 25_000 });
  await button.click();
  await expect(badge(page)).toHaveText('Signed out');
  await expect(page.getByText('Not signed out')).toBeHidden();
});

test('offers no way out of a session that has ended', async ({ page, context }) => {
  await signIn(page, token);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await context.clearCookies();
  await page.reload();
  await expect(badge(page)).toHaveText('Signed out');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
});

test('keeps the token out of the reach of scripts', async ({ page, context }) => {
  await signIn(page, token);
  await expect(badge(page)).toHaveAttribute('data-phase', 'ready');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: 'boxwire_token', value: token, httpOnly: true, sameSite: 'Strict' });
  const seen = await page.evaluate(() => [
    document.cookie,
    JSON.stringify(localStorage),
    JSON.stringify(sessionStorage),
    document.documentElement.outerHTML,
  ]);
  for (const text of seen) expect(text).not.toContain(token);
});

test.describe('the sign-in', () => {
  test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } });

  test('has no known accessibility problem, in light and in dark', async ({ page }) => {
    await signIn(page, 'boxwire_wrong');
    await expect(page.getByRole('region', { name: 'Sign in' }).getByRole('alert')).toContainText(
      'Not signed in',
    );
    expect(await problems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await problemsOfColour(page)).toEqual([]);
  });
});
