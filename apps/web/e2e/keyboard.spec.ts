import { expect, test } from './fixtures.ts';
import { photograph } from './media.ts';

test('the keyboard alone chooses a picture, filters it and walks through what was found', async ({
  opened,
}) => {
  const press = (key: string) => opened.keyboard.press(key);

  // Listening from the start: a dialog that opens in the moment of the first listening is not seen.
  opened.on('filechooser', (dialog) => dialog.setFiles(photograph('bus.jpg')));
  await press('Tab');
  await expect(opened.getByRole('tab', { name: 'Image' })).toBeFocused();
  await press('Tab');
  await expect(opened.getByLabel('Choose a picture').first()).toBeFocused();
  await press('Enter');
  await expect(opened.getByRole('option').nth(4)).toBeVisible();
  const all = await opened.getByRole('option').count();

  await press('Tab');
  const slider = opened.getByRole('slider', { name: 'Confidence at least' });
  await expect(slider).toBeFocused();
  for (let step = 0; step < 35; step++) await press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', '60%');
  const fewer = await opened.getByRole('option').count();
  expect(fewer).toBeLessThan(all);

  await press('Tab');
  await expect(opened.getByRole('listbox', { name: 'Objects found' })).toBeFocused();
  const selected = opened.getByRole('option', { selected: true });
  const highlighted = opened.locator('[data-testid=box][data-highlighted]');
  await expect(selected).toHaveCount(1);
  await press('End');
  await expect(opened.getByRole('option').last()).toHaveAttribute('aria-selected', 'true');
  await expect(highlighted).toHaveCount(1);
  await press('ArrowUp');
  await expect(opened.getByRole('option').nth(fewer - 2)).toHaveAttribute('aria-selected', 'true');
  await press('Escape');
  await expect(selected).toHaveCount(0);
  await expect(highlighted).toHaveCount(0);
});
