import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { analyseFromTheStart, chooseVideos, clip, DRAWN_CLIP, fileInput, hasClips } from './videos.ts';

test.use({ allowedInConsole: FAILED_LOADS });

/** The same clip under three names, each long enough to be still at it when the others have begun. */
function threeClips(prefix: string) {
  const buffer = readFileSync(clip('bottle-detection.mp4'));
  return ['a', 'b', 'c'].map((name) => ({ name: `${prefix}${name}.mp4`, mimeType: 'video/mp4', buffer }));
}

/** How many percent of each video the page says are analysed; those that are done have all. */
async function shares(page: Page): Promise<number[]> {
  return page.getByTestId('video-row').evaluateAll((rows) =>
    rows.slice(-3).map((row) => {
      if ((row as HTMLElement).dataset.phase === 'done') return 100;
      return Number(/^(\d+)%$/.exec(row.querySelector('button > span + span')?.textContent ?? '')?.[1] ?? 0);
    }),
  );
}

test('six videos in two tabs all advance, and leave a connection for everything else', async ({
  opened,
  context,
  stack,
}) => {
  test.skip(!hasClips, 'there is no ../shared/media/videos');
  test.setTimeout(400_000);
  const other = await context.newPage();
  await other.goto(`${stack.pageUrl}/?tab=video`);
  const pages = [opened, other];
  for (const page of pages) await analyseFromTheStart(page, 6);
  await Promise.all(pages.map((page, index) => fileInput(page).setInputFiles(threeClips(`tab${index}`))));
  // All six have come somewhere while none is done.
  let before: number[] = [];
  await expect(async () => {
    const all = (await Promise.all(pages.map(shares))).flat();
    if (all.every((share) => share > 0) && before.length === 0) before = all;
    expect(before.length).toBe(6);
  }).toPass({ timeout: 120_000, intervals: [200] });
  expect(Math.max(...before)).toBeLessThan(100);
  for (const page of pages) await expect(page.getByTestId('server')).toHaveAttribute('data-phase', 'ready');
  await expect
    .poll(async () => (await Promise.all(pages.map(shares))).flat(), { timeout: 240_000 })
    .toEqual([100, 100, 100, 100, 100, 100]);
});

test('a tab takes over what another one has begun, when that one is closed', async ({
  opened,
  context,
  stack,
}) => {
  test.slow();
  await chooseVideos(opened, DRAWN_CLIP);
  const other = await context.newPage();
  await other.goto(`${stack.pageUrl}/?tab=video`);
  await expect(other.getByText('Drop a video here')).toBeVisible();
  await opened.close();
  await expect(other.getByRole('heading', { name: basename(DRAWN_CLIP) })).toBeVisible();
  await expect(other.getByTestId('video-stage')).toHaveAttribute('data-phase', 'done');
});
