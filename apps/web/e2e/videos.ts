import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

const VIDEOS = fileURLToPath(new URL('../../../../shared/media/videos/', import.meta.url));

/** Whether the clips that several checkouts share are beside this one. */
export const hasClips = existsSync(`${VIDEOS}bottle-detection.mp4`);

if (!hasClips) console.error('\n=== NOT TESTED: real videos, there is no ../shared/media/videos\n');

/** The path of a shared clip. */
export function clip(name: string): string {
  return `${VIDEOS}${name}`;
}

/** The clip that the repository draws itself. */
export const DRAWN_CLIP = fileURLToPath(new URL('../public/examples/traffic.mp4', import.meta.url));

/** A clip with objects in it: a real one, or where there is none the drawn one. */
export const anyClip = () => (hasClips ? clip('bottle-detection.mp4') : DRAWN_CLIP);

export const PUT_PIECE = '**/boxwire.v1.UploadService/PutPiece';
export const ANALYZE = '**/boxwire.v1.AnalysisService/Analyze';

export type Phase = 'running' | 'done' | 'failed' | 'cancelled' | 'needs-file';

export const stageOf = (page: Page) => page.getByTestId('video-stage');

/** Where videos are chosen. */
export const fileInput = (page: Page) =>
  page.getByRole('tabpanel', { name: 'Video' }).locator('input[type=file]').first();

/** Opens the Video tab. */
export async function openTab(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Video' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Video' }).getByTestId('video-stage')).toBeVisible();
}

/** Chooses videos and waits until the page has come as far as `phase` with the one in front. */
export async function chooseVideos(
  page: Page,
  files: Parameters<Page['setInputFiles']>[1],
  phase: Phase = 'done',
): Promise<void> {
  await openTab(page);
  await fileInput(page).setInputFiles(files);
  await expect(stageOf(page)).toHaveAttribute('data-phase', phase, { timeout: 40_000 });
}

/** How much the page keeps in the browser, by where it is kept. */
export function keptInBrowser(page: Page) {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('boxwire');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => resolve(opening.result);
    });
    const names = [...database.objectStoreNames];
    const counts = await Promise.all(
      names.map((name) => {
        const counting = database.transaction(name).objectStore(name).count();
        return new Promise<number>((resolve) => {
          counting.onsuccess = () => resolve(counting.result);
        });
      }),
    );
    database.close();
    return Object.fromEntries(names.map((name, index) => [name, counts[index]]));
  });
}

/** Removes the files that the page keeps in the browser, as if it had had no room for them. */
export async function dropFiles(page: Page): Promise<void> {
  await expect.poll(async () => (await keptInBrowser(page)).files).toBeGreaterThan(0);
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('boxwire');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const clearing = opening.result.transaction('files', 'readwrite');
          clearing.objectStore('files').clear();
          clearing.oncomplete = () => resolve();
        };
      }),
  );
}

/** Has every N-th frame of the first video analysed; opens the Video tab. */
export async function analyseFromTheStart(page: Page, everyNth: number): Promise<void> {
  await openTab(page);
  await page.getByLabel('Analyse every').fill(String(everyNth));
}

/** Analyses every N-th frame from now on, the video in front at once. */
export async function analyseEvery(page: Page, everyNth: number): Promise<void> {
  await page.getByLabel('Analyse every').fill(String(everyNth));
  await page.getByRole('button', { name: 'Analyse again' }).click();
  await expect(stageOf(page)).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
}

/** Shows the picture of a time, in seconds, and waits until it is on the screen. @returns its own time in ms */
export async function seek(page: Page, seconds: number): Promise<number> {
  return page.locator('video').evaluate(
    (video: HTMLVideoElement, to) =>
      new Promise<number>((resolve) => {
        video.requestVideoFrameCallback((_, { mediaTime }) => resolve(mediaTime * 1_000));
        video.currentTime = to;
      }),
    seconds,
  );
}

export interface Box {
  readonly name: string;
  readonly confidence: number;
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

/** The boxes over the video: what they say they are, and where they are on the screen. */
export async function drawnBoxes(page: Page) {
  return page.getByTestId('live-boxes').evaluate((layer) => {
    const { frame, held } = (layer as HTMLElement).dataset;
    const boxes = [...layer.querySelectorAll('[data-testid=box]')].map((element) => {
      const data = (element as SVGElement).dataset;
      const origin = (element as SVGElement).ownerSVGElement?.getBoundingClientRect() ?? new DOMRect();
      // Unlike the bounding rectangle this leaves the stroke out.
      const { x, y, width, height } = element.querySelector('rect')?.getBBox() ?? new DOMRect();
      const [left, top] = [origin.x + x, origin.y + y];
      const number = (key: string) => Number(data[key]);
      return {
        name: data.name ?? '',
        confidence: number('confidence'),
        ...{ xmin: number('xmin'), ymin: number('ymin'), xmax: number('xmax'), ymax: number('ymax') },
        onScreen: [left, top, left + width, top + height] as const,
      };
    });
    return {
      frame: Number(frame),
      held: held !== undefined,
      boxes: boxes.sort((a, b) => b.confidence - a.confidence),
    };
  });
}

/** Where the video's picture is on the screen, and how many CSS pixels one of its pixels has. */
export async function pictureArea(page: Page) {
  return page.locator('video').evaluate((video: HTMLVideoElement) => {
    const { x, y, width, height } = video.getBoundingClientRect();
    const scale = Math.min(width / video.videoWidth, height / video.videoHeight);
    return {
      left: x + (width - video.videoWidth * scale) / 2,
      top: y + (height - video.videoHeight * scale) / 2,
      scale,
    };
  });
}

/** Saves what a button offers, and waits for the file. */
export async function save(page: Page, name: string) {
  const saved = page.waitForEvent('download', { timeout: 60_000 });
  await page.getByRole('button', { name }).click();
  const download = await saved;
  return { name: download.suggestedFilename(), path: await download.path() };
}

/** The colours of points of the picture that is shown, in pixels of the video. */
export async function colours(page: Page, points: readonly (readonly [number, number])[]) {
  return page.locator('video').evaluate((video: HTMLVideoElement, at) => {
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context?.drawImage(video, 0, 0);
    return at.map(([x, y]) => [...(context?.getImageData(x, y, 1, 1).data ?? [])].slice(0, 3));
  }, points);
}

/** How far two colours are apart, where they are furthest. */
export const distance = (a: readonly number[] = [], b: readonly number[] = []) =>
  Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? 0))));
