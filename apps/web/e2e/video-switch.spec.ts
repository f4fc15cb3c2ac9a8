// Several videos in one list: what is set for all of them, and what is kept for each.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { chooseVideos, DRAWN_CLIP, fileInput, save, stageOf } from './videos.ts';

test.slow();

/** The drawn clip under several names. */
const clips = (...names: string[]) =>
  names.map((name) => ({ name: `${name}.mp4`, mimeType: 'video/mp4', buffer: readFileSync(DRAWN_CLIP) }));

const row = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Videos' }).getByRole('button', { name });

async function chooseAndFinish(page: Page, ...names: string[]): Promise<void> {
  await chooseVideos(page, clips(...names));
  const unfinished = page.locator('[data-testid=video-row]:not([data-phase=done])');
  await expect(unfinished).toHaveCount(0, { timeout: 40_000 });
}

test('filters stay for all videos, and each keeps its place', async ({ opened }) => {
  await chooseAndFinish(opened, 'first', 'second');
  const panel = opened.getByRole('tabpanel', { name: 'Video' });
  const confidence = panel.getByLabel('Confidence at least');
  const only = panel.getByLabel('Only with objects');
  const boxes = panel.getByRole('button', { name: 'Boxes', exact: true });
  const clock = opened.getByTestId('clock');
  const table = async () => readFile((await save(opened, 'CSV')).path, 'utf8');
  const expectKept = async () => {
    await expect(confidence).toHaveValue('80');
    await expect(only).toBeChecked();
    await expect(boxes).toHaveAttribute('aria-pressed', 'false');
  };
  const everything = await table();
  await confidence.fill('80');
  await only.check();
  await opened.keyboard.press('b');
  await opened.getByTestId('gallery-frame').nth(2).click();
  await expect(clock).not.toContainText('0:00.0');
  const [filtered, time] = [await table(), await clock.textContent()];
  expect(filtered).not.toBe(everything);

  await row(opened, 'second').click();
  await expect(opened.getByRole('heading', { name: 'second.mp4' })).toBeVisible();
  await expectKept();
  await expect(clock).toContainText('0:00.0');
  await row(opened, 'first').click();
  await expect(opened.getByRole('heading', { name: 'first.mp4' })).toBeVisible();
  await expectKept();
  await expect(clock).toHaveText(time ?? '');
  expect(await table()).toBe(filtered);

  await fileInput(opened).setInputFiles(clips('third'));
  await expect(opened.getByRole('heading', { name: 'third.mp4' })).toBeVisible();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });
  await expectKept();
});

test('choosing a video by key leaves the focus in the list', async ({ opened }) => {
  await chooseAndFinish(opened, 'first', 'second');
  const second = row(opened, 'second');
  await second.focus();
  await opened.keyboard.press('Enter');
  await expect(opened.getByRole('heading', { name: 'second.mp4' })).toBeVisible();
  await expect(second).toHaveAttribute('aria-current', 'true');
  await expect(second).toBeFocused();
  await opened.keyboard.press('Shift+Tab');
  await expect(row(opened, 'first')).toBeFocused();
});
