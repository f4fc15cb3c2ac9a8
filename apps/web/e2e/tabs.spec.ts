import { choose } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { TINY_PNG } from './media.ts';

test('has two tabs, each with its panel', async ({ opened }) => {
  await expect(opened.getByRole('tab')).toHaveText(['Image', 'Video']);
  await expect(opened.getByRole('tab', { name: 'Image', selected: true })).toBeVisible();
  await expect(opened.getByRole('tabpanel', { name: 'Image' })).toBeVisible();
  await opened.getByRole('tab', { name: 'Video' }).click();
  await expect(opened.getByRole('tabpanel', { name: 'Video' })).toBeVisible();
  await expect(opened.getByRole('tabpanel', { name: 'Image' })).toBeHidden();
});

test('goes from tab to tab by the arrow keys', async ({ opened }) => {
  const [image, video] = ['Image', 'Video'].map((name) => opened.getByRole('tab', { name }));
  await image?.focus();
  for (const [key, selected] of [
    ['ArrowRight', video],
    ['ArrowRight', image],
    ['ArrowLeft', video],
    ['Home', image],
    ['End', video],
  ] as const) {
    await opened.keyboard.press(key);
    await expect(selected ?? opened.getByRole('tab')).toBeFocused();
    await expect(opened.getByRole('tab', { selected: true })).toBeFocused();
  }
});

test('keeps the tab through a reload, and comes with it already in front', async ({ opened, request }) => {
  await opened.getByRole('tab', { name: 'Video' }).click();
  await expect(opened).toHaveURL(/\?tab=video$/);
  const html = await (await request.get(opened.url())).text();
  expect(html).toMatch(/<a[^>]*id="tab-video"[^>]*aria-selected="true"/);
  await opened.reload();
  await expect(opened.getByRole('tabpanel', { name: 'Video' })).toBeVisible();
});

test.describe('before the page’s code is here', () => {
  test.use({ javaScriptEnabled: false });

  test('opens a tab all the same', async ({ page, stack }) => {
    await page.goto(stack.pageUrl);
    await page.getByRole('tab', { name: 'Video' }).click();
    await expect(page.getByRole('tab', { name: 'Video', selected: true })).toBeVisible();
    await expect(page).toHaveURL(/\?tab=video$/);
  });
});

test('opens a tab beside this page where that is asked for', async ({ opened, context }) => {
  const [other] = await Promise.all([
    context.waitForEvent('page'),
    opened.getByRole('tab', { name: 'Video' }).click({ modifiers: ['ControlOrMeta'] }),
  ]);
  await expect(other.getByRole('tab', { name: 'Video', selected: true })).toBeVisible();
  await expect(opened.getByRole('tab', { name: 'Image', selected: true })).toBeVisible();
});

test('keeps what is in a tab while another one is open', async ({ opened }) => {
  await choose(opened, TINY_PNG);
  await opened.getByRole('tab', { name: 'Video' }).click();
  await opened.getByRole('tab', { name: 'Image' }).click();
  await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
});

test('fetches a tab’s code only when it is opened', async ({ opened }) => {
  const scripts: string[] = [];
  opened.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(request.url());
  });
  await opened.getByRole('tab', { name: 'Video' }).click();
  await expect.poll(() => scripts.length).toBeGreaterThan(0);
});

test.describe('a tab whose code cannot be fetched', () => {
  test.use({ allowedInConsole: FAILED_LOADS });

  test('takes nothing from the other, and comes when there is a network', async ({ opened, context }) => {
    await choose(opened, TINY_PNG);
    await context.setOffline(true);
    await opened.getByRole('tab', { name: 'Video' }).click();
    await expect(opened.getByRole('alert').filter({ hasText: 'not here yet' })).toBeVisible();
    await opened.getByRole('tab', { name: 'Image' }).click();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
    await context.setOffline(false);
    await opened.getByRole('tab', { name: 'Video' }).click();
    await expect(opened.getByLabel('Choose videos').first()).toBeAttached();
  });

  test('takes all that is handed to it meanwhile', async ({ opened, context }) => {
    await choose(opened, TINY_PNG);
    await context.setOffline(true);
    for (const name of ['first.mp4', 'second.mp4']) {
      await opened.getByRole('tab', { name: 'Image' }).click();
      await choose(opened, { name, mimeType: 'video/mp4', buffer: Buffer.from('whatever') }, 'failed');
      await opened.getByRole('button', { name: 'Open in the Video tab' }).click();
    }
    await context.setOffline(false);
    await expect(opened.getByTestId('video-row')).toHaveText([/first\.mp4/, /second\.mp4/]);
  });
});
