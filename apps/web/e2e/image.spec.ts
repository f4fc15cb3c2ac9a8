import { choose, PREDICT, pictureInput } from './choose.ts';
import { expect, test } from './fixtures.ts';
import { example, MODEL, TINY_PNG } from './media.ts';
import { lyingWebp } from './webp.ts';

test('can be cancelled, and searched again', async ({ opened }) => {
  await opened.route(PREDICT, () => {});
  const asked = opened.waitForRequest(PREDICT);
  await choose(opened, TINY_PNG, 'searching');
  await asked;
  const aborted = opened.waitForEvent('requestfailed');
  await opened.getByRole('button', { name: 'Cancel' }).click();
  await aborted;
  await expect(opened.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  await opened.unroute(PREDICT);
  await opened.getByRole('button', { name: 'Search again' }).click();
  await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  // The demonstration model is not above seeing something in a plain square.
  if (MODEL === 'yolov5n') {
    await expect(opened.getByText('sees nothing in this picture that it knows')).toBeVisible();
  }
});

test('is left out when the browser would show it lying', async ({ opened }) => {
  await choose(opened, { name: 'lying.webp', mimeType: 'image/webp', buffer: await lyingWebp(opened) });
  await expect(opened.getByText('This browser cannot show the file. Here are its boxes.')).toBeVisible();
  await expect(opened.getByTestId('frame').locator('img')).toHaveCount(0);
  await opened.getByRole('button', { name: 'Download' }).click();
  await opened.getByRole('button', { name: 'Picture with its boxes' }).click();
  await expect(opened.getByRole('alert').filter({ hasText: 'cannot draw this picture' })).toBeVisible();
});

test('keeps the end of a long name in sight', async ({ opened }) => {
  const name = `${'a name of many words '.repeat(9)}(17).png`;
  await choose(opened, { ...TINY_PNG, name });
  const heading = opened.getByRole('heading', { name, exact: true });
  await expect(heading.getByText('s (17).png')).toBeInViewport({ ratio: 1 });
});

test('has its objects listed in a low window, too', async ({ opened }) => {
  await opened.setViewportSize({ width: 960, height: 480 });
  await choose(opened, [example('street.jpg'), example('crossing.jpg')]);
  await opened.getByRole('slider', { name: 'Confidence at least' }).fill('5');
  const list = opened.getByRole('listbox', { name: 'Objects found' });
  expect((await list.boundingBox())?.height).toBeGreaterThanOrEqual(100);
  const times = opened.getByText(/^Answered by/);
  await times.scrollIntoViewIfNeeded();
  await expect(times).toBeInViewport({ ratio: 1 });
  const overflow = await opened.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  expect(overflow).toBeLessThanOrEqual(0);
});

test('asks for patience when the server is slow', async ({ opened }) => {
  await opened.clock.install();
  await opened.route(PREDICT, () => {});
  await choose(opened, TINY_PNG, 'searching');
  await opened.clock.runFor(12_000);
  await expect(opened.getByText(/Searching, 1\d s\. The server is busy or slow/)).toBeVisible();
});

test('can be chosen before the page listens', async ({ opened }) => {
  const code = Promise.withResolvers<void>();
  await opened.route('**/*.js', async (route) => {
    await code.promise;
    await route.continue();
  });
  await opened.reload({ waitUntil: 'commit' });
  await pictureInput(opened).setInputFiles(TINY_PNG);
  code.resolve();
  await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
});

test('can be an example', async ({ opened }) => {
  await opened.getByRole('region', { name: 'Examples' }).getByRole('button', { name: 'A street' }).click();
  await expect(opened.getByRole('heading', { name: 'street.jpg' })).toBeVisible();
  await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  await expect(opened.getByRole('option').first()).toBeVisible();
});

for (const way of ['drop', 'paste'] as const) {
  test(`can be brought by ${way}`, async ({ opened }) => {
    await opened.evaluate(
      ({ type, base64 }) => {
        const transfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        transfer.items.add(new File([bytes], 'brought.png', { type: 'image/png' }));
        const init = { bubbles: true, cancelable: true };
        const event =
          type === 'drop'
            ? new DragEvent('drop', { ...init, dataTransfer: transfer })
            : new ClipboardEvent('paste', { ...init, clipboardData: transfer });
        document.body.dispatchEvent(event);
      },
      { type: way, base64: TINY_PNG.buffer.toString('base64') },
    );
    await expect(opened.getByRole('heading', { name: 'brought.png' })).toBeVisible();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  });
}

test('has the whole width of a phone, and no more height than it needs', async ({ opened }) => {
  await opened.setViewportSize({ width: 390, height: 844 });
  await choose(opened, example('street.jpg'));
  const picture = await opened.getByTestId('frame').locator('img').boundingBox();
  expect(picture?.width).toBeCloseTo(390, 0);
  const stage = await opened.getByTestId('stage').boundingBox();
  expect(stage?.height).toBeLessThan((picture?.height ?? 0) + 60);
});
