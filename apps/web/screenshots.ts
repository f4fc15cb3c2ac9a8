// Takes the README's pictures of the page, light and dark: node screenshots.ts. Needs the official weights at hand.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { choose } from './e2e/choose.ts';
import { REPOSITORY } from './e2e/media.ts';
import { freePort, run } from './e2e/processes.ts';
import config from './playwright.config.ts';

/** A street that the repository draws itself: the third-party photographs of the tests stay out of it. */
function drawStreet(folder: string): string {
  const size = ['--width', '1280', '--height', '800'];
  const which = ['--seed', 'show-street', '--place', 'street', '--count', '10', '--clean'];
  const script = join(REPOSITORY, 'packages/scenes/src/main.ts');
  execFileSync(process.execPath, [script, ...which, ...size, '--out', folder]);
  const picture = join(folder, 'street.jpg');
  renameSync(join(folder, 'images/000009.jpg'), picture);
  return picture;
}

const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
const [webPort, httpPort] = [await freePort(), await freePort()];
const environment = { WEB_PORT: `${webPort}`, HTTP_PORT: `${httpPort}`, GRPC_PORT: '0', LOG_LEVEL: 'warn' };
const model = `http://127.0.0.1:${httpPort}/boxwire.v1.ModelService/GetModel?connect=v1&encoding=json&message=%7B%7D`;
const server = await run(['apps/server/src/main.ts'], REPOSITORY, environment, model);
const page = await run(
  ['launch.ts', 'start'],
  join(REPOSITORY, 'apps/web'),
  environment,
  `http://127.0.0.1:${webPort}`,
);
const browser = await chromium.launch(config.use?.launchOptions);
try {
  const picture = drawStreet(folder);
  for (const colorScheme of ['light', 'dark'] as const) {
    const tab = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 760 } });
    await tab.goto(page.url);
    await choose(tab, picture);
    await tab.screenshot({ path: join(REPOSITORY, `docs/page-${colorScheme}.png`) });
    await tab.close();
  }
} finally {
  await browser.close();
  await Promise.all([server.stop(), page.stop()]);
  rmSync(folder, { recursive: true });
}
