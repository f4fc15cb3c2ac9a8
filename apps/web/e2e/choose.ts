import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Where the page asks for the objects in a picture. */
export const PREDICT = '**/mlpredictions.MlPredictions/PredictSingleImage';

/** Where pictures are chosen. */
export function pictureInput(page: Page): Locator {
  return page.getByRole('tabpanel', { name: 'Image' }).locator('input[type=file]');
}

/** Chooses pictures and waits until the page has come as far as `phase` with the first of them. */
export async function choose(
  page: Page,
  files: Parameters<Page['setInputFiles']>[1],
  phase: 'waiting' | 'searching' | 'found' | 'failed' = 'found',
): Promise<void> {
  await pictureInput(page).setInputFiles(files);
  await expect(page.getByTestId('stage')).toHaveAttribute('data-phase', phase);
}
