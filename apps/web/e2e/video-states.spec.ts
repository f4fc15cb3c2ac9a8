import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { problems, problemsOfColour } from './axe.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { example, TINY_PNG } from './media.ts';
import {
  anyClip,
  chooseVideos,
  clip,
  DRAWN_CLIP,
  dropFiles,
  hasClips,
  openTab,
  PUT_PIECE,
  stageOf,
} from './videos.ts';

test.slow();
test.use({ allowedInConsole: FAILED_LOADS });

const NO_VIDEO = { name: 'notes.mp4', mimeType: 'video/mp4', buffer: Buffer.from('this is no video at all') };

const STATES: Record<string, (page: Page) => Promise<void>> = {
  empty: openTab,
  uploading: async (page) => {
    await page.route(PUT_PIECE, () => {});
    await chooseVideos(page, DRAWN_CLIP, 'running');
  },
  'waiting for the server': async (page) => {
    await page.route(PUT_PIECE, (route) => route.abort());
    await chooseVideos(page, DRAWN_CLIP, 'running');
    await expect(page.getByText('The server does not answer').first()).toBeVisible();
  },
  done: async (page) => {
    await chooseVideos(page, DRAWN_CLIP);
    await page.getByTestId('gallery-frame').first().click();
    await page.getByText('The same as a table').click();
  },
  several: async (page) => {
    await chooseVideos(page, [DRAWN_CLIP, anyClip()]);
    await expect(page.getByTestId('video-row')).toHaveCount(2);
  },
  cancelled: async (page) => {
    await page.route(PUT_PIECE, () => {});
    await chooseVideos(page, DRAWN_CLIP, 'running');
    await page.getByRole('button', { name: 'Cancel' }).click();
  },
  'without its file': async (page) => {
    await chooseVideos(page, DRAWN_CLIP);
    await dropFiles(page);
    await page.reload();
    await page.getByLabel('Choose the file').setInputFiles(NO_VIDEO);
    await expect(page.getByText('Not the same file')).toBeVisible();
  },
  'a picture': (page) => chooseVideos(page, TINY_PNG, 'failed'),
  failed: (page) => chooseVideos(page, NO_VIDEO, 'failed'),
  'not playable': async (page) => {
    test.skip(!hasClips, 'there is no ../shared/media/videos');
    await chooseVideos(page, clip('v-mjpeg-person.avi'));
    await expect(page.getByText('This browser cannot play the file (mjpeg)')).toBeVisible();
  },
};

test.describe('every state', () => {
  // Reduced motion also means that no colour is caught half way.
  test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } });

  for (const [state, reach] of Object.entries(STATES)) {
    test(`${state}: no known accessibility problem, in light and in dark, nothing beyond the edges`, async ({
      opened,
    }) => {
      await reach(opened);
      expect(await problems(opened)).toEqual([]);
      await opened.emulateMedia({ colorScheme: 'dark' });
      expect(await problemsOfColour(opened)).toEqual([]);
      await opened.setViewportSize({ width: 360, height: 740 });
      const overflow = await opened.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    });
  }
});

test('what is found does not lie over what is below, however low the page is', async ({ opened }) => {
  await opened.setViewportSize({ width: 1280, height: 620 });
  await chooseVideos(opened, [DRAWN_CLIP, anyClip()]);
  await expect(opened.getByTestId('video-row')).toHaveCount(2);
  await opened.getByTestId('gallery-frame').nth(1).click();
  const objects = opened.getByRole('listbox', { name: 'Objects found' });
  await expect(objects).toBeVisible();
  const list = await objects.boundingBox();
  const form = await opened.getByLabel('Analyse every').boundingBox();
  expect((list?.y ?? 0) + (list?.height ?? 0)).toBeLessThan(form?.y ?? 0);
});

test('a file that is no video is explained in the server’s words', async ({ opened }) => {
  await openTab(opened);
  const empty = await stageOf(opened).boundingBox();
  await chooseVideos(opened, NO_VIDEO, 'failed');
  expect((await stageOf(opened).boundingBox())?.height).toBe(empty?.height);
  const alert = opened.getByRole('alert').filter({ hasText: 'This file cannot be analysed' });
  await expect(alert).toContainText('What the server says');
  const panel = opened.getByRole('tabpanel', { name: 'Video' });
  await expect(panel.getByRole('heading', { name: /can find$/ })).toBeVisible();
  await expect(panel.getByRole('region', { name: /^(Player|Timeline)$/ })).toHaveCount(0);
  await expect(panel.getByText('This browser cannot play the file')).toHaveCount(0);
});

test('a picture is not sent, and told where it belongs', async ({ opened }) => {
  let calls = 0;
  opened.on('request', (request) => (calls += Number(request.url().includes('UploadService'))));
  await chooseVideos(opened, { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('x') }, 'failed');
  await expect(opened.getByRole('alert').filter({ hasText: 'Open it in the Image tab' })).toBeVisible();
  expect(calls).toBe(0);
});

test('pictures among videos are handed to the Image tab, and searched there', async ({ opened, stack }) => {
  const handOver = async () => {
    await opened.getByRole('button', { name: 'Open in the Image tab' }).focus();
    await opened.keyboard.press('Enter');
    await expect(opened.getByRole('tab', { name: 'Image', selected: true })).toBeVisible();
  };
  const second = { ...TINY_PNG, name: 'second.png' };
  const video = { name: 'traffic.mp4', mimeType: 'video/mp4', buffer: await readFile(DRAWN_CLIP) };
  const found = opened.getByRole('listbox', { name: 'Pictures' }).locator('[data-phase=found]');
  // Nothing of the Image tab is there yet.
  await opened.goto(`${stack.pageUrl}/?tab=video`);
  await chooseVideos(opened, [TINY_PNG, video, second], 'failed');
  await expect(opened.getByTestId('video-row')).toHaveCount(3);
  await handOver();
  await expect(found).toHaveCount(2);
  await expect(opened.getByRole('heading', { name: 'tiny.png' })).toBeVisible();
  await expect(opened.locator(':focus')).toBeVisible();

  await openTab(opened);
  await expect(opened.getByRole('heading', { name: 'traffic.mp4' })).toBeVisible();
  await expect(opened.getByTestId('video-row')).toHaveCount(0);
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });
  await chooseVideos(opened, { ...TINY_PNG, name: 'third.png' }, 'failed');
  await handOver();
  await expect(found).toHaveCount(3);
  await expect(opened.getByRole('heading', { name: 'third.png' })).toBeVisible();
  await expect(opened.getByTestId('frame')).toBeFocused();
});

for (const mimeType of ['', 'video/mp4']) {
  test(`a picture of the type "${mimeType}" is handed to the Image tab, and not kept`, async ({ opened }) => {
    const buffer = await readFile(example('street.jpg'));
    const deleted = opened.waitForRequest('**/DeleteUpload');
    await chooseVideos(opened, { name: 'street', mimeType, buffer }, 'failed');
    const panel = opened.getByRole('tabpanel', { name: 'Video' });
    await expect(panel.getByRole('alert').filter({ hasText: 'That is a picture' })).toBeVisible();
    await expect(opened.getByText('This browser cannot play the file')).toBeHidden();
    await deleted;
    await opened.getByRole('button', { name: 'Open in the Image tab' }).click();
    await expect(opened.getByRole('heading', { name: 'street' })).toBeVisible();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  });
}

test('the player has all of its buttons in the narrowest window, and is no higher than it needs', async ({
  opened,
}) => {
  await opened.setViewportSize({ width: 320, height: 640 });
  await chooseVideos(opened, DRAWN_CLIP);
  await opened.getByTestId('gallery-frame').nth(1).click();
  const stage = await stageOf(opened).boundingBox();
  expect(stage?.height).toBeLessThan(300);
  const buttons = await opened.getByRole('region', { name: 'Player' }).getByRole('button').all();
  expect(buttons.length).toBeGreaterThanOrEqual(6);
  for (const button of buttons) {
    const { x, width } = (await button.boundingBox()) ?? { x: 0, width: 0 };
    expect(x).toBeGreaterThanOrEqual(stage?.x ?? 0);
    expect(x + width).toBeLessThanOrEqual((stage?.x ?? 0) + (stage?.width ?? 0));
  }
});

test('a video that nobody is let in with goes on after signing in', async ({ opened, stack }, testInfo) => {
  const token = `boxwire_${randomBytes(32).toString('base64url')}`;
  const tokensFile = testInfo.outputPath('tokens.txt');
  await writeFile(tokensFile, `somebody sha256:${createHash('sha256').update(token).digest('hex')}\n`);
  await stack.stopServer();
  await stack.startServer({ TOKENS_FILE: tokensFile });
  await chooseVideos(opened, DRAWN_CLIP, 'failed');
  await expect(opened.getByRole('alert').filter({ hasText: 'You are signed out' })).toBeVisible();
  await opened.getByLabel('Token').fill(token);
  await opened.getByRole('button', { name: 'Sign in' }).click();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });
  await stack.stopServer();
});

test('a file beyond the server’s limit is refused in its words, and can be tried again', async ({
  opened,
  stack,
}) => {
  await stack.stopServer();
  await stack.startServer({ MAX_UPLOAD_BYTES: '1000' });
  await chooseVideos(opened, DRAWN_CLIP, 'failed');
  await expect(opened.getByRole('alert').filter({ hasText: 'Too much for the server' })).toContainText(
    'MAX_UPLOAD_BYTES',
  );
  await stack.stopServer();
  await stack.startServer();
  await opened.getByRole('button', { name: 'Try again' }).click();
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });
});

test('a video that breaks off keeps what was found before', async ({ opened }) => {
  const whole = await readFile(hasClips ? clip('v-moov-at-front-bottle.mp4') : DRAWN_CLIP);
  const buffer = Buffer.from(whole.subarray(0, Math.round(whole.length * 0.6)));
  await chooseVideos(opened, { name: 'broken.mp4', mimeType: 'video/mp4', buffer }, 'failed');
  const message = opened.getByRole('alert').filter({ hasText: 'The video breaks off' });
  const again = message.getByRole('button', { name: 'Try again' });
  await expect(again).toBeVisible();
  // It lies over what was found, and can be folded away.
  const title = message.getByText('The video breaks off');
  await title.click();
  await expect(again).toBeHidden();
  const summary = message.locator('summary');
  await summary.press('Space');
  await expect(again, 'by a key that elsewhere plays the video').toBeVisible();
  await summary.press('Enter');
  await expect(again).toBeHidden();
  expect(await opened.getByTestId('gallery-frame').count()).toBeGreaterThan(hasClips ? 10 : 2);
});

test('offline is told, and ends by itself', async ({ opened, context }) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  await opened.route(PUT_PIECE, async (route) => {
    await gate;
    await route.continue();
  });
  await chooseVideos(opened, DRAWN_CLIP, 'running');
  await context.setOffline(true);
  open();
  await expect(opened.getByText('Offline. It goes on by itself').first()).toBeVisible();
  await context.setOffline(false);
  await expect(stageOf(opened)).toHaveAttribute('data-phase', 'done', { timeout: 40_000 });
});

test('hiding the boxes leaves the pictures of a video that does not play', async ({ opened }) => {
  test.skip(!hasClips, 'there is no ../shared/media/videos');
  await chooseVideos(opened, clip('v-mjpeg-person.avi'));
  await expect(opened.getByTestId('live-boxes')).toBeVisible();
  await opened.keyboard.press('b');
  await expect(opened.getByTestId('live-boxes')).toHaveCount(0);
  await expect(stageOf(opened).getByRole('img', { name: /^Frame \d+$/ })).toBeVisible();
});
