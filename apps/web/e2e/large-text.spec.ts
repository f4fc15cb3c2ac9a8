import type { Page } from '@playwright/test';
import config from '../playwright.config.ts';
import { choose } from './choose.ts';
import { expect, test } from './fixtures.ts';
import { example } from './media.ts';
import { chooseVideos, DRAWN_CLIP } from './videos.ts';

test.slow();

const { launchOptions } = config.use ?? {};
// Twice the usual size, as readers choose it in their browser's settings.
test.use({
  launchOptions: {
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), '--blink-settings=defaultFontSize=32'],
  },
});

/** Buttons lower than their text, and what sticks out of the part of the page that cuts it off. */
function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const seen = [...document.querySelectorAll('button, label, h2, h3, p, span, output, input')].filter(
      (element) =>
        element.checkVisibility() &&
        element.getBoundingClientRect().width > 1 &&
        !element.closest('.visually-hidden, [role=listbox]'),
    );
    const tooLow = seen
      .filter(({ localName }) => localName === 'button')
      .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1);
    const tooWide = seen.filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      for (let above = element.parentElement; above; above = above.parentElement) {
        const box = above.getBoundingClientRect();
        const { overflowX } = getComputedStyle(above);
        const isCut = overflowX !== 'visible' || above === document.body || above.localName === 'section';
        if (isCut) return right > box.right + 2 || left < box.left - 2;
      }
      return false;
    });
    const name = (element: Element) => `${element.localName} ${element.textContent?.slice(0, 30)}`;
    return [
      ...tooLow.map((element) => `${name(element)}: too low`),
      ...tooWide.map((element) => `${name(element)}: too wide`),
    ];
  });
}

/** Whether nothing sticks out in any of these widths. */
async function expectFit(page: Page, what: string): Promise<void> {
  for (const width of [1280, 1000, 640, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    // A canvas follows a moment later.
    await expect.poll(() => misfits(page), `${what} in ${width} pixels`).toEqual([]);
    await expect.poll(overflow, `${what} in ${width} pixels`).toBeLessThanOrEqual(0);
  }
}

test('everything fits at twice the usual size of letters', async ({ opened }) => {
  await expectFit(opened, 'empty');
  await choose(opened, [example('street.jpg'), example('crossing.jpg')]);
  await expectFit(opened, 'with pictures');
  await opened.getByRole('button', { name: 'Download' }).click();
  await expectFit(opened, 'with the menu');
  await opened.keyboard.press('Escape');
  await chooseVideos(opened, DRAWN_CLIP);
  await expectFit(opened, 'with a video');
});
