import { expect, FAILED_LOADS, test } from './fixtures.ts';

const GET_MODEL = '**/boxwire.v1.ModelService/GetModel*';

test('says that the server is reachable and what it serves', async ({ opened, stack }) => {
  const reply = await fetch(`${stack.serverUrl}/boxwire.v1.ModelService/GetModel`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { model } = await reply.json();
  const badge = opened.getByRole('status', { name: 'Server' });
  await expect(badge).toHaveText(`Ready${model.name}, ${model.classes.length} classes`);
  const classes = opened.getByRole('list', { name: `Classes of ${model.name}` });
  await expect(classes.getByRole('listitem')).toHaveText(model.classes);
});

test('says which model stands in, and why, until that is read', async ({ opened }) => {
  const path = `/${'folder'.repeat(20)}/yolov5n.pt`;
  const notice = `This is the demonstration model. It stands in because the official one could not be had: ${path}.`;
  await opened.route(GET_MODEL, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), notice } });
  });
  await opened.reload();
  const card = opened.getByRole('region', { name: 'About the model' });
  await expect(card).toContainText(notice);
  await expect(opened.getByTestId('server')).toHaveAttribute('data-notice');
  await opened.setViewportSize({ width: 360, height: 740 });
  const cut = await card.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(cut).toBeLessThanOrEqual(0);
  expect((await card.getByRole('heading').boundingBox())?.x).toBeGreaterThanOrEqual(0);
  await card.getByRole('button', { name: 'Understood' }).click();
  await expect(card).toBeHidden();
  await expect(opened.getByTestId('server')).toHaveAttribute('data-notice');
});

test('finds the server under either name of this machine', async ({ opened, stack }) => {
  const badge = opened.getByTestId('server');
  await expect(badge).toHaveAttribute('title', stack.serverUrl);
  await opened.goto(stack.pageUrl.replace('127.0.0.1', 'localhost'));
  await expect(badge).toHaveAttribute('title', stack.serverUrl.replace('127.0.0.1', 'localhost'));
  await expect(badge).toContainText('Ready');
});

test.describe('a server in trouble', () => {
  test.use({ allowedInConsole: FAILED_LOADS });

  test('is reported when it stops, and found again when it is back', async ({ opened, stack }) => {
    test.slow();
    const badge = opened.getByTestId('server');
    await stack.stopServer();
    await expect(badge).toHaveText('Not reachable', { timeout: 25_000 });
    const help = opened.getByRole('region', { name: 'The server does not answer' });
    await expect(help).toContainText(stack.serverUrl);
    await stack.startServer();
    await expect(badge).toContainText('Ready', { timeout: 25_000 });
    await expect(help).toBeHidden();
  });

  test('is reported beside what is on the page, not over it', async ({ opened }) => {
    const help = opened.getByRole('region', { name: 'The server does not answer' });
    await opened.route(GET_MODEL, (route) => route.abort());
    await opened.reload();
    for (const [width, height] of [
      [1280, 720],
      [390, 844],
    ] as const) {
      await opened.setViewportSize({ width, height });
      await opened.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await expect(help).toBeInViewport({ ratio: 1 });
      const [page, card] = [await opened.locator('main').boundingBox(), await help.boundingBox()];
      expect((page?.y ?? 0) + (page?.height ?? 0) - (card?.y ?? 0)).toBeLessThan(1);
    }
  });

  test('is reported until that is closed, and again the next time', async ({ opened }) => {
    const help = opened.getByRole('region', { name: 'The server does not answer' });
    await opened.route(GET_MODEL, (route) => route.abort());
    await opened.reload();
    await help.getByRole('button', { name: 'Close' }).click();
    await expect(help).toBeHidden();
    await expect(opened.getByTestId('server')).toHaveText('Not reachable');
    // Whoever closed it by the keyboard goes on from somewhere.
    await expect(opened.getByRole('tab', { name: 'Image' })).toBeFocused();
    await opened.unroute(GET_MODEL);
    await expect(opened.getByTestId('server')).toContainText('Ready');
    await opened.route(GET_MODEL, (route) => route.abort());
    await opened.evaluate(() => dispatchEvent(new Event('online')));
    await expect(help).toBeVisible();
  });

  test('is not blamed while this device is offline', async ({ opened, context }) => {
    await context.setOffline(true);
    await opened.evaluate(() => dispatchEvent(new Event('online')));
    await expect(opened.getByTestId('server')).toHaveText('Offline');
    await expect(opened.getByRole('region', { name: 'This device is offline' })).toBeVisible();
    await context.setOffline(false);
    await expect(opened.getByTestId('server')).toContainText('Ready');
  });

  test('is looked at again at once when asked to', async ({ opened }) => {
    await opened.route(GET_MODEL, (route) => route.abort());
    await opened.clock.install();
    await opened.reload();
    const badge = opened.getByTestId('server');
    await expect(badge).toHaveText('Not reachable');
    // It is looked at once more, and then no time goes by: not by itself any more.
    const looked = opened.waitForEvent('requestfailed');
    await opened.clock.pauseAt(Date.now() + 60_000);
    await looked;
    await opened.unroute(GET_MODEL);
    await opened.getByRole('button', { name: 'Check now' }).click();
    await expect(badge).toContainText('Ready');
  });

  test('is waited for while it loads its model', async ({ opened, stack }) => {
    await opened.route(GET_MODEL, (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/json',
        headers: {
          'access-control-allow-origin': stack.pageUrl,
          'access-control-allow-credentials': 'true',
        },
        json: { code: 'unavailable', message: 'the model is still being loaded' },
      }),
    );
    await opened.reload();
    const badge = opened.getByTestId('server');
    await expect(badge).toHaveText('Model loading');
    await opened.unroute(GET_MODEL);
    await expect(badge).toContainText('Ready');
  });
});
