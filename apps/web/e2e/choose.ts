import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Where the page asks for the objects in a picture. */
export const PREDICT = '**/mlpredictions.MlPredictions/PredictSingleImage';

/** Chooses a picture and waits until the page has come as far as `phase` with it. */
export async function choose(
  page: Page,
  file: Parameters<Page['setInputFiles']>[1],
  phase: 'searching' | 'found' | 'failed' = 'found',
): Promise<void> {
  await page.getByLabel('Choose a picture').first().setInputFiles(file);
  await expect(page.getByTestId('stage')).toHaveAttribute('data-phase', phase);
}
