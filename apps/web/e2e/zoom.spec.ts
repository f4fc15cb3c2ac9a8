import type { Page } from '@playwright/test';
import { edgeErrors, listedBoxes, listedColor } from './boxes.ts';
import { choose, PREDICT } from './choose.ts';
import { expect, test } from './fixtures.ts';
import { example } from './media.ts';
import { pngOf } from './png.ts';

function pictureRect(page: Page) {
  return page
    .getByTestId('frame')
    .locator('img')
    .evaluate((image) => {
      const { left, top, width } = image.getBoundingClientRect();
      return { left, top, width };
    });
}

test('the wheel zooms where it is turned, dragging moves, and boxes stay on what they name', async ({
  opened,
}) => {
  await choose(opened, example('street.jpg'));
  const frame = (await opened.getByTestId('frame').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [frame.x + frame.width * 0.6, frame.y + frame.height * 0.5];
  const before = await pictureRect(opened);
  const under = ({ left, width }: typeof before) => (x - left) / width;
  await opened.mouse.move(x, y);
  await opened.mouse.wheel(0, -400);
  await expect.poll(async () => (await pictureRect(opened)).width).toBeGreaterThan(before.width * 2);
  const near = await pictureRect(opened);
  expect(under(near)).toBeCloseTo(under(before), 2);

  await opened.mouse.down();
  await opened.mouse.move(x - 50, y - 20, { steps: 5 });
  await opened.mouse.up();
  await expect.poll(async () => (await pictureRect(opened)).left).toBeCloseTo(near.left - 50, 0);
  await expect(opened.getByRole('option', { selected: true })).toHaveCount(0);

  // Selecting brings a box into sight, and it is drawn where it belongs.
  const rows = opened.getByRole('listbox', { name: 'Objects found' }).getByRole('option');
  const boxes = await listedBoxes(opened);
  await rows.first().click();
  await expect
    .poll(async () =>
      Math.max(...(await edgeErrors(opened, boxes[0]?.box ?? [0, 0, 0, 0], await listedColor(opened, 0)))),
    )
    .toBeLessThan(1);
  await opened.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(async () => (await pictureRect(opened)).width).toBeCloseTo(before.width, 0);
});

test('two fingers zoom', async ({ opened }) => {
  await choose(opened, example('street.jpg'));
  const before = await pictureRect(opened);
  const cdp = await opened.context().newCDPSession(opened);
  const frame = (await opened.getByTestId('frame').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
    cdp.send('Input.dispatchTouchEvent', {
      type,
      touchPoints:
        type === 'touchEnd'
          ? []
          : [
              { x: x - apart, y, id: 1 },
              { x: x + apart, y, id: 2 },
            ],
    });
  await touch('touchStart', 40);
  for (const apart of [60, 80, 100, 120]) await touch('touchMove', apart);
  await touch('touchEnd', 0);
  await expect.poll(async () => (await pictureRect(opened)).width).toBeGreaterThan(before.width * 2);
});

test.describe('a thousand boxes', () => {
  /** As many as a server lists, all over the picture, of twenty classes. */
  const object = Array.from({ length: 1_000 }, (_, index) => {
    const [xmin, ymin] = [(index % 40) * 40, Math.floor(index / 40) * 36];
    return {
      ...{ xmin, ymin, xmax: xmin + 34, ymax: ymin + 30 },
      ...{ name: `class ${index % 20}`, classId: index % 20, confidence: 0.95 - index / 2_000 },
    };
  });

  test('are moved and zoomed without laying anything out anew', async ({ opened, stack }) => {
    await opened.setViewportSize({ width: 1280, height: 760 });
    await opened.route(PREDICT, (route) => answerWith(route, stack.pageUrl));
    const file = { name: 'crowd.png', mimeType: 'image/png', buffer: pngOf({ width: 1600, height: 900 }) };
    await choose(opened, file);
    const rows = opened.getByRole('listbox', { name: 'Objects found' }).getByRole('option');
    await expect(rows).toHaveCount(1_000);
    await opened.evaluate(() => document.fonts.ready);

    await opened.mouse.move(500, 400);
    const plans = () => opened.evaluate(() => performance.getEntriesByName('plan-boxes').length);
    const before = await plans();
    await opened.mouse.wheel(0, -300);
    // The labels have found their places at the new scale, and keep them.
    const seenPlans = [before, before];
    const isSettled = async () => {
      seenPlans.push(await plans());
      return seenPlans.at(-1) === seenPlans.at(-2) && seenPlans.at(-1) !== before;
    };
    await expect.poll(isSettled, { intervals: [400] }).toBe(true);
    const seen = await countWork(opened, async () => {
      const planned = await plans();
      await opened.mouse.down();
      await opened.mouse.move(250, 250, { steps: 60 });
      await opened.mouse.up();
      expect(await plans()).toBe(planned);
      for (let turn = 0; turn < 20; turn++) await opened.mouse.wheel(0, turn % 2 === 0 ? -40 : 40);
    });
    expect(seen.paints).toBeGreaterThan(10);
    // Rows and boxes: React draws nothing. The zoom's percentage is text, and the only one.
    expect(seen.nodesChanged).toBe(0);
    // At most a transform each, which needs no layout; the percentage may.
    expect(seen.layouts).toBeLessThan(30);
    // Boxes and labels; what lies outside of the frame is not drawn.
    expect(seen.mostBoxesInAPaint).toBeGreaterThan(0);
    expect(seen.mostBoxesInAPaint).toBeLessThan(1_000);
  });

  async function answerWith(route: import('@playwright/test').Route, origin: string) {
    const { create, toBinary } = await import('@bufbuild/protobuf');
    const { PredictionCollectionSchema } = await import('@boxwire/proto/mlpredictions/mlpredictions');
    const collection = create(PredictionCollectionSchema, {
      object,
      width: 1600,
      height: 900,
      model: 'test',
    });
    await route.fulfill({
      contentType: 'application/proto',
      headers: { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' },
      body: Buffer.from(toBinary(PredictionCollectionSchema, collection)),
    });
  }
});

/** Counts what the page does while something happens. */
async function countWork(page: Page, happen: () => Promise<void>) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const layouts = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'LayoutCount')?.value ?? 0;
  };
  await page.evaluate(() => {
    const work = { nodesChanged: 0, paints: 0, boxes: 0, mostBoxesInAPaint: 0 };
    Object.assign(window, { work });
    const isReadout = (node: Node) => node.parentElement?.closest('[aria-label=View]') !== null;
    new MutationObserver((records) => {
      work.nodesChanged += records.filter(({ target }) => !isReadout(target)).length;
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
    const { clearRect, roundRect } = CanvasRenderingContext2D.prototype;
    Object.assign(CanvasRenderingContext2D.prototype, {
      clearRect(...args: Parameters<typeof clearRect>) {
        work.paints++;
        work.boxes = 0;
        return clearRect.apply(this as never, args);
      },
      roundRect(...args: Parameters<typeof roundRect>) {
        work.mostBoxesInAPaint = Math.max(work.mostBoxesInAPaint, ++work.boxes);
        return roundRect.apply(this as never, args);
      },
    });
  });
  const before = await layouts();
  await happen();
  const work = await page.evaluate(
    () =>
      (
        window as unknown as {
          work: Record<'nodesChanged' | 'paints' | 'mostBoxesInAPaint', number>;
        }
      ).work,
  );
  return { ...work, layouts: (await layouts()) - before };
}
