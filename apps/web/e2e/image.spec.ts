import { choose, PREDICT } from './choose.ts';
import { expect, FAILED_LOADS, test } from './fixtures.ts';
import { MODEL, TINY_PNG } from './media.ts';

test.describe('a picture that cannot be searched', () => {
  test.use({ allowedInConsole: FAILED_LOADS });

  test('is explained in the server’s words', async ({ opened }) => {
    const file = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') };
    await choose(opened, file, 'failed');
    const alert = opened.getByRole('alert').filter({ hasText: 'This file cannot be searched' });
    await expect(alert).toContainText('data is not a JPEG, PNG, WebP, AVIF, GIF or TIFF file');
  });

  test('is not sent when it is clearly something else', async ({ opened }) => {
    let requests = 0;
    opened.on('request', (request) => (requests += Number(request.url().endsWith('/PredictSingleImage'))));
    const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a picture') };
    await choose(opened, file, 'failed');
    await expect(opened.getByText('notes.txt was not sent')).toBeVisible();
    expect(requests).toBe(0);
  });

  test('is refused by the server’s limit when it is too large', async ({ opened }) => {
    const file = { name: 'huge.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(10e6) };
    await choose(opened, file, 'failed');
    await expect(opened.getByText('MAX_MESSAGE_BYTES')).toBeVisible();
  });

  test('is kept when the server is gone, and searched when it is back', async ({ opened, stack }) => {
    test.slow();
    await stack.stopServer();
    await choose(opened, TINY_PNG, 'failed');
    await expect(opened.getByText('The server did not answer')).toBeVisible();
    await expect(opened.getByTestId('server')).toHaveText('Not reachable');
    await stack.startServer();
    await opened.getByRole('button', { name: 'Try again' }).click();
    await expect(opened.getByTestId('stage')).toHaveAttribute('data-phase', 'found');
  });
});

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
