import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Has the page believe that the server lists no more than 30 boxes. */
export async function listFewerBoxes(page: Page): Promise<void> {
  await page.route('**/boxwire.v1.ModelService/GetModel*', async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    await route.fulfill({ response, json: { ...json, limits: { ...json.limits, maxDetections: 30 } } });
  });
  await page.reload();
  await expect(page.getByTestId('server')).toHaveAttribute('data-phase', 'ready');
}
