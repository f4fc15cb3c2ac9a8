import type { Locator, Page } from '@playwright/test';
import { listedRows } from './boxes.ts';
import { choose, PREDICT } from './choose.ts';
import { expect, test } from './fixtures.ts';
import { example, photograph, TINY_PNG } from './media.ts';

test('the keyboard alone chooses a picture, filters it and walks through what was found', async ({
  opened,
}) => {
  const press = (key: string) => opened.keyboard.press(key);
  const rows = opened.getByRole('listbox', { name: 'Objects found' }).getByRole('option');

  // Listening from the start: a dialog that opens in the moment of the first listening is not seen.
  opened.on('filechooser', (dialog) => dialog.setFiles(photograph('bus.jpg')));
  await press('Tab');
  await expect(opened.getByRole('tab', { name: 'Image' })).toBeFocused();
  await press('Tab');
  await expect(opened.getByLabel('Choose pictures')).toBeFocused();
  await press('Enter');
  await expect(rows.nth(2)).toBeVisible();
  const all = await rows.count();

  const slider = opened.getByRole('slider', { name: 'Confidence at least' });
  await pressUntilFocused(opened, slider);
  for (let step = 0; step < 35; step++) await press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', '60%');
  const fewer = await (await listedRows(opened)).count();
  expect(fewer).toBeLessThan(all);
  await press('Tab');
  await expect(opened.getByRole('slider', { name: 'Overlap at most' })).toBeFocused();

  await pressUntilFocused(opened, opened.getByRole('listbox', { name: 'Objects found' }));
  const selected = rows.and(opened.locator('[aria-selected=true]'));
  await expect(selected).toHaveCount(1);
  await press('End');
  await expect(rows.last()).toHaveAttribute('aria-selected', 'true');
  await press('ArrowUp');
  await expect(rows.nth(fewer - 2)).toHaveAttribute('aria-selected', 'true');
  await expect(rows.nth(fewer - 2)).toHaveAttribute('data-highlighted');
  await press('Escape');
  await expect(selected).toHaveCount(0);
});

test('the keyboard alone walks along the strip, zooms, moves, hides boxes and saves', async ({ opened }) => {
  const press = (key: string) => opened.keyboard.press(key);
  await choose(opened, [example('street.jpg'), example('room.jpg'), example('park.jpg')]);
  const strip = opened.getByRole('listbox', { name: 'Pictures' });
  await pressUntilFocused(opened, strip);
  await press('ArrowRight');
  await expect(opened.getByRole('heading', { name: 'room.jpg' })).toBeVisible();
  await press('End');
  await expect(opened.getByRole('heading', { name: 'park.jpg' })).toBeVisible();
  await press('Delete');
  await expect(strip.getByRole('option')).toHaveCount(2);
  await press('p');
  await expect(opened.getByRole('heading', { name: 'street.jpg' })).toBeVisible();
  await press('n');
  await expect(opened.getByRole('heading', { name: 'room.jpg' })).toBeVisible();

  const image = opened.getByTestId('frame').locator('img');
  const left = () => image.evaluate((element) => element.getBoundingClientRect().left);
  const width = () => image.evaluate((element) => element.getBoundingClientRect().width);
  const whole = await width();
  await press('+');
  await press('+');
  await expect.poll(width).toBeGreaterThan(whole * 2);
  await pressUntilFocused(opened, opened.getByTestId('frame'), 'Shift+Tab');
  const before = await left();
  await press('ArrowRight');
  await expect.poll(left).toBeLessThan(before);
  await press('0');
  await expect.poll(width).toBeCloseTo(whole, 0);
  await press('1');
  await expect(opened.getByRole('button', { name: '100%, show at full size' })).toBeVisible();
  await press('-');
  await press('b');
  await expect(opened.getByRole('button', { name: 'Boxes' })).toHaveAttribute('aria-pressed', 'false');
  await press('b');
  await expect(opened.getByRole('button', { name: 'Boxes' })).toHaveAttribute('aria-pressed', 'true');

  await pressUntilFocused(opened, opened.getByRole('button', { name: 'Download' }), 'Shift+Tab');
  await press('Enter');
  await press('Tab');
  await expect(opened.getByRole('button', { name: 'Picture with its boxes PNG' })).toBeFocused();
  await press('Escape');
  await expect(opened.getByRole('button', { name: 'Download' })).toBeFocused();
  await expect(opened.getByRole('button', { name: 'Picture with its boxes PNG' })).toBeHidden();
});

test('the keyboard goes on from where a control was that is gone', async ({ opened }) => {
  const press = (key: string) => opened.keyboard.press(key);
  const frame = opened.getByTestId('frame');
  await opened.route(PREDICT, () => {});
  await choose(opened, [TINY_PNG, TINY_PNG], 'searching');
  await opened.getByRole('button', { name: 'Cancel' }).focus();
  await press('Enter');
  await expect(opened.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  await expect(frame).toBeFocused();
  await press('Tab');
  await expect(opened.getByRole('button', { name: 'Search again' })).toBeFocused();
  await press('Enter');
  await expect(frame).toBeFocused();
  await pressUntilFocused(opened, opened.getByRole('listbox', { name: 'Pictures' }));
  await press('Delete');
  await expect(opened.getByRole('listbox', { name: 'Pictures' })).toBeHidden();
  await expect(frame).toBeFocused();
});

test('what the tab key selects in passing is let go of', async ({ opened }) => {
  await choose(opened, example('street.jpg'));
  const list = opened.getByRole('listbox', { name: 'Objects found' });
  const selected = list.getByRole('option', { selected: true });
  await pressUntilFocused(opened, list);
  await expect(selected).toHaveCount(1);
  await opened.keyboard.press('Shift+Tab');
  await expect(selected).toHaveCount(0);
  await opened.keyboard.press('Tab');
  await opened.keyboard.press('End');
  await opened.keyboard.press('Shift+Tab');
  await expect(selected).toHaveCount(1);
});

async function pressUntilFocused(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 25; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  await expect(target).toBeFocused();
}
