// Takes the README's pictures of the page, light and dark: node screenshots.ts. Needs the official weights at hand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { freePort } from '../server/bench/server-process.ts';
import { choose } from './e2e/choose.ts';
import { example, REPOSITORY } from './e2e/media.ts';
import { run } from './e2e/processes.ts';
import { analyseEvery, chooseVideos, DRAWN_CLIP } from './e2e/videos.ts';
import config from './playwright.config.ts';

/** What each picture shows; all of it comes from what the repository draws itself. */
const SCENES: Record<string, (page: Page) => Promise<void>> = {
  async page(page) {
    const names = ['crossing', 'street', 'park', 'room', 'beach'];
    await choose(
      page,
      names.map((name) => example(`${name}.jpg`)),
    );
    await page.getByRole('listbox', { name: 'Pictures' }).locator('[data-phase=found]').nth(4).waitFor();
  },
  async video(page) {
    await page.setViewportSize({ width: 1280, height: 940 });
    await chooseVideos(page, DRAWN_CLIP);
    await analyseEvery(page, 2);
    await page.getByTestId('gallery-frame').nth(30).click();
    await page.getByTestId('live-boxes').waitFor();
    // Nothing is pointed at, and the top is in view.
    await page.evaluate(() => scrollTo(0, 0));
    await page.getByRole('heading', { name: 'traffic.mp4' }).hover();
  },
};

const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
const [webPort, httpPort] = [await freePort(), await freePort()];
const ports = { WEB_PORT: `${webPort}`, HTTP_PORT: `${httpPort}`, GRPC_PORT: '0' };
const environment = { ...ports, LOG_LEVEL: 'warn', UPLOAD_DIR: folder };
const model = `http://127.0.0.1:${httpPort}/boxwire.v1.ModelService/GetModel?connect=v1&encoding=json&message=%7B%7D`;
const server = await run(['apps/server/src/main.ts'], REPOSITORY, environment, model);
const page = await run(
  ['serve.ts', 'start'],
  join(REPOSITORY, 'apps/web'),
  environment,
  `http://127.0.0.1:${webPort}`,
);
const browser = await chromium.launch(config.use?.launchOptions);
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, reach] of Object.entries(SCENES)) {
      const tab = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 800 } });
      await tab.goto(page.url);
      await reach(tab);
      await tab.screenshot({ path: join(REPOSITORY, `docs/${name}-${colorScheme}.png`) });
      await tab.close();
    }
  }
} finally {
  await browser.close();
  await Promise.all([server.stop(), page.stop()]);
  rmSync(folder, { recursive: true });
}
