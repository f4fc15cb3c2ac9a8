import type { Request } from '@playwright/test';
import { expect, FAILED_LOADS, test } from './fixtures.ts';

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

test('shows all of itself in 360 pixels', async ({ opened }) => {
  await opened.setViewportSize({ width: 360, height: 740 });
  const overflow = await opened.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test.describe('an address that is none', () => {
  test.use({ allowedInConsole: FAILED_LOADS });

  test('leads back', async ({ page, stack }) => {
    await page.goto(`${stack.pageUrl}/nowhere`);
    await page.getByRole('link', { name: 'To the start page' }).click();
    await expect(page).toHaveURL(`${stack.pageUrl}/`);
  });
});
