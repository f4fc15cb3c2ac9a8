import type { Request } from '@playwright/test';
import { choose } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { example } from './media.ts';

test('comes with a strict policy and no hint at what made it', async ({ request, stack }) => {
  const headers = (await request.get(stack.pageUrl)).headers();
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`connect-src 'self' ${stack.serverUrl};`);
  expect(policy).not.toContain('unsafe');
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  expect(headers).not.toHaveProperty('x-powered-by');
});

test('has a nonce of its own each time', async ({ request, stack }) => {
  const policies = await Promise.all([1, 2].map(async () => (await request.get(stack.pageUrl)).headers()));
  const [first, second] = policies.map((headers) => headers['content-security-policy']);
  expect(first).not.toBe(second);
});

test.describe('the first load', () => {
  // It is the page's own, whether a server is there or not.
  test.use({ allowedInConsole: FAILED_LOADS });

  test('needs less than 170 kB of script to show itself', async ({ page, stack }) => {
    const scripts: Request[] = [];
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script') scripts.push(request);
    });
    await page.goto(stack.pageUrl, { waitUntil: 'networkidle' });
    const sizes = await Promise.all(scripts.map((script) => script.sizes()));
    const bytes = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(170_000);
    test.info().annotations.push({ type: 'script', description: `${bytes} bytes` });
  });
});

test('shows all of itself at every width, empty and full', async ({ opened }) => {
  const widths = [360, 768, 1440, 2560];
  const expectWhole = async (width: number) => {
    await opened.setViewportSize({ width, height: 800 });
    const overflow = await opened.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `in ${width} pixels`).toBeLessThanOrEqual(0);
  };
  for (const width of widths) await expectWhole(width);
  await choose(opened, [example('street.jpg'), example('crossing.jpg')]);
  await opened.getByRole('button', { name: 'Download' }).click();
  for (const width of widths) {
    await expectWhole(width);
    const menu = await opened.getByRole('button', { name: 'Picture with its boxes' }).boundingBox();
    expect(menu?.x).toBeGreaterThanOrEqual(0);
    expect((menu?.x ?? 0) + (menu?.width ?? 0)).toBeLessThanOrEqual(width);
  }
});

test('lets nothing jump while a slider is used', async ({ opened }) => {
  await choose(opened, example('street.jpg'));
  const slider = opened.getByRole('slider', { name: 'Confidence at least' });
  const places = new Set<string>();
  for (const percent of ['5', '40', '95', '25']) {
    await slider.fill(percent);
    places.add(JSON.stringify(await slider.boundingBox()));
  }
  expect(places.size).toBe(1);
});

test.describe('an address that is none', () => {
  test.use({ allowedInConsole: FAILED_LOADS });

  test('leads back', async ({ page, stack }) => {
    await page.goto(`${stack.pageUrl}/nowhere`);
    await page.getByRole('link', { name: 'To the start page' }).click();
    await expect(page).toHaveURL(`${stack.pageUrl}/`);
  });
});
