import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { problems, problemsOfColour } from './axe.ts';
import { choose, PREDICT } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { example, pictureOfObjects, TINY_PNG } from './media.ts';

const NO_PICTURE = { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') };

function asFile(name: string) {
  return { name, mimeType: 'image/jpeg', buffer: readFileSync(example(name)) };
}

const STATES: Record<string, (page: Page) => Promise<void>> = {
  empty: async () => {},
  waiting: async (page) => {
    await page.route(PREDICT, () => {});
    await choose(page, [TINY_PNG, TINY_PNG, TINY_PNG], 'searching');
    await page.keyboard.press('n');
    await page.keyboard.press('n');
    await expect(page.getByText('Queued')).toBeVisible();
  },
  searching: async (page) => {
    await page.route(PREDICT, () => {});
    await choose(page, TINY_PNG, 'searching');
  },
  cancelled: async (page) => {
    await page.route(PREDICT, () => {});
    await choose(page, TINY_PNG, 'searching');
    await page.getByRole('button', { name: 'Cancel' }).click();
  },
  found: (page) => choose(page, pictureOfObjects(), 'found'),
  'found, one box isolated': async (page) => {
    await choose(page, pictureOfObjects(), 'found');
    await page.getByRole('option').first().click();
  },
  'found, one class of several': async (page) => {
    await choose(page, pictureOfObjects(), 'found');
    await page.getByRole('group', { name: 'Classes shown' }).getByRole('button').first().click();
  },
  'found, zoomed, boxes hidden': async (page) => {
    await choose(page, pictureOfObjects(), 'found');
    await page.keyboard.press('+');
    await page.keyboard.press('b');
  },
  'found nothing': (page) => choose(page, TINY_PNG, 'found'),
  'several, one of them broken': async (page) => {
    await choose(page, [asFile('street.jpg'), NO_PICTURE, asFile('room.jpg')], 'found');
    await expect(
      page.getByRole('listbox', { name: 'Pictures' }).locator('[data-phase=failed]'),
    ).toBeVisible();
  },
  downloading: async (page) => {
    await choose(page, [example('street.jpg'), example('room.jpg')], 'found');
    await page.getByRole('button', { name: 'Download' }).click();
  },
  'keyboard help': async (page) => {
    await choose(page, pictureOfObjects(), 'found');
    await page.getByRole('button', { name: 'Keyboard help' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  },
  failed: (page) => choose(page, NO_PICTURE, 'failed'),
  'without a server': async (page) => {
    await page.route('**/boxwire.v1.ModelService/**', (route) => route.abort());
    await page.reload();
    await expect(page.getByTestId('server')).toHaveText('Not reachable');
  },
};

// Reduced motion also means that no colour is caught half way.
test.use({
  colorScheme: 'light',
  contextOptions: { reducedMotion: 'reduce' },
  allowedInConsole: FAILED_LOADS,
});

for (const [state, reach] of Object.entries(STATES)) {
  test(`${state}: no known accessibility problem, in light and in dark`, async ({ opened }) => {
    await reach(opened);
    expect(await problems(opened)).toEqual([]);
    await opened.emulateMedia({ colorScheme: 'dark' });
    expect(await problemsOfColour(opened)).toEqual([]);
  });
}
