import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { choose, PREDICT } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { pictureOfObjects, TINY_PNG } from './media.ts';

const STATES: Record<string, (page: Page) => Promise<void>> = {
  empty: async () => {},
  searching: async (page) => {
    await page.route(PREDICT, () => {});
    await choose(page, TINY_PNG, 'searching');
  },
  cancelled: async (page) => {
    await page.route(PREDICT, () => {});
    await choose(page, TINY_PNG, 'searching');
    await page.getByRole('button', { name: 'Cancel' }).click();
  },
  found: async (page) => {
    await choose(page, pictureOfObjects(), 'found');
    await page.getByRole('option').first().click();
  },
  'found nothing': (page) => choose(page, TINY_PNG, 'found'),
  failed: (page) =>
    choose(page, { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') }, 'failed'),
  'without a server': async (page) => {
    await page.route('**/boxwire.v1.ModelService/**', (route) => route.abort());
    await page.reload();
    await expect(page.getByTestId('server')).toHaveText('Not reachable');
  },
};

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    // Reduced motion also means that no colour is caught half way.
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' }, allowedInConsole: FAILED_LOADS });

    for (const [state, reach] of Object.entries(STATES)) {
      test(`${state}: no known accessibility problem`, async ({ opened }) => {
        await reach(opened);
        const { violations } = await new AxeBuilder({ page: opened }).analyze();
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        ).toEqual([]);
      });
    }
  });
}
