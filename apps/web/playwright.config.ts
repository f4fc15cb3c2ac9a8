import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** A browser of the system's own, where there is one, best one without windows; else Playwright's. */
const systemBrowser = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']
  .map((name) => `/usr/bin/${name}`)
  .find((path) => existsSync(path));

const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/build.ts',
  // Each with servers of its own, which tests stop at times; a file's tests share them one after the other.
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  // On shared machines a browser may miss a beat; what passes only the second time is reported as flaky.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list'], ['json', { outputFile: '../../.reports/web-e2e.json' }]],
  outputDir: '../../.reports/web-e2e',
  use: {
    // No traces: making them fetches the pictures once more, which the page's policy forbids.
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(systemBrowser && { executablePath: systemBrowser }),
      args: ['--disable-background-networking', ...(isRoot ? ['--no-sandbox'] : [])],
    },
  },
});
