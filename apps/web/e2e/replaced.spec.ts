// The server is replaced under the page, as in a rollout: what was begun ends as if nothing had been.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { pictureInput } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { example } from './media.ts';
import { analyseFromTheStart, anyClip, chooseVideos, openTab, stageOf } from './videos.ts';

/** It is a lot of work, for a machine that has other work, too. */
test.setTimeout(300_000);
test.use({ allowedInConsole: FAILED_LOADS });

const EXAMPLES = ['beach', 'crossing', 'evening', 'park', 'room', 'street', 'traffic'];
/** So many that some are found before, some searched meanwhile, some begun after it. */
const PICTURES = 21;

/** Collects what the page says to be wrong from now on, be it for a moment. */
async function collectFailures(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen = new Set<string>();
    const look = () => {
      for (const element of document.querySelectorAll('[data-phase=failed], [data-phase=needs-file]'))
        seen.add(`${element.getAttribute('data-testid')} ${element.textContent}`);
      for (const { textContent } of document.querySelectorAll('[role=alert]'))
        if (textContent) seen.add(textContent);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    Object.assign(globalThis, { failuresSeen: seen });
  });
  return () =>
    page.evaluate(() => [...(globalThis as unknown as { failuresSeen: Set<string> }).failuresSeen]);
}

async function framesOf(page: Page): Promise<number[]> {
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'JSON lines' }).click();
  const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line).frame);
}

test('pictures and a video go on over servers that are replaced, and nothing fails', async ({
  opened,
  stack,
}) => {
  const failures = await collectFailures(opened);
  await analyseFromTheStart(opened, 4);
  await chooseVideos(opened, anyClip(), 'running');
  await expect
    .poll(() => opened.getByTestId('gallery-frame').count(), { intervals: [50] })
    .toBeGreaterThan(4);
  await opened.getByRole('tab', { name: 'Image' }).click();
  const files = Array.from({ length: PICTURES }, (_, index) => `${EXAMPLES[index % EXAMPLES.length]}.jpg`);
  await pictureInput(opened).setInputFiles(
    await Promise.all(
      files.map(async (name, index) => ({
        ...{ name: `${index}-${name}`, mimeType: 'image/jpeg' },
        buffer: await readFile(example(name)),
      })),
    ),
  );
  const found = opened.getByRole('listbox', { name: 'Pictures' }).locator('[data-phase=found]');
  for (const before of [2, 9]) {
    await expect.poll(() => found.count(), { intervals: [50], timeout: 60_000 }).toBeGreaterThan(before);
    await stack.stopServer();
    await stack.startServer();
  }
  await expect(found).toHaveCount(PICTURES, { timeout: 120_000 });
  await openTab(opened);
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 120_000 });
  const frames = await framesOf(opened);
  expect(frames).toEqual(Array.from({ length: frames.length }, (_, index) => (index + 1) * 4));
  expect(await failures()).toEqual([]);
});
