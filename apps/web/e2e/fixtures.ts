import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type ConsoleMessage, expect, type Page } from '@playwright/test';
import { freePort } from '../../server/bench/server-process.ts';
import { hasPhotographs, MODEL, REPOSITORY } from './media.ts';
import { type Running, run } from './processes.ts';

/** The detection server and the page's, both as they run in production, on free ports. */
interface Stack {
  readonly pageUrl: string;
  readonly serverUrl: string;
  /** @param more settings beside the usual ones; for a server that does not run yet */
  startServer(more?: Record<string, string>): Promise<void>;
  stopServer(): Promise<void>;
  /** Why the server cannot run here; undefined when it can. */
  readonly missing: string | undefined;
}

interface Fixtures {
  /** The page, opened, with the server running. */
  readonly opened: Page;
  /** What the console may say in this test: failed loads are its own remark on answers that are no success. */
  readonly allowedInConsole: RegExp[];
  readonly nothingOdd: undefined;
}

export const test = base.extend<Fixtures, { stack: Stack }>({
  stack: [
    async ({ browserName: _ }, use) => {
      const stack = await startStack();
      await use(stack);
      await stack.end();
    },
    { scope: 'worker', timeout: 150_000 },
  ],

  allowedInConsole: [[], { option: true }],

  // Every test, whatever it is about: no console errors, no policy violations, no other hosts.
  nothingOdd: [
    async ({ page, stack, allowedInConsole }, use) => {
      const odd: string[] = [];
      const report = (message: ConsoleMessage) => {
        const text = message.text();
        if (!['error', 'warning'].includes(message.type())) return;
        if (!allowedInConsole.some((allowed) => allowed.test(text))) odd.push(text);
      };
      page.on('console', report);
      page.on('pageerror', (error) => odd.push(String(error)));
      page.on('request', (request) => {
        const { protocol, origin } = new URL(request.url().replace('//localhost:', '//127.0.0.1:'));
        if (protocol !== 'blob:' && ![stack.pageUrl, stack.serverUrl].includes(origin))
          odd.push(request.url());
      });
      await use(undefined);
      page.off('console', report);
      expect(odd, 'console errors and requests to other hosts').toEqual([]);
    },
    { auto: true },
  ],

  opened: async ({ page, stack }, use) => {
    test.skip(stack.missing !== undefined, stack.missing);
    await stack.startServer();
    await page.goto(stack.pageUrl);
    await expect(page.getByTestId('server')).toHaveAttribute('data-phase', 'ready');
    await use(page);
  },
});

export { expect };

/** What the console says by itself about an answer with an error code, and about none. */
export const FAILED_LOADS = [/^Failed to load resource/];

async function startStack(): Promise<Stack & { end(): Promise<void> }> {
  const [webPort, httpPort] = [await freePort(), await freePort()];
  const environment = { HOST: '127.0.0.1', WEB_PORT: `${webPort}`, HTTP_PORT: `${httpPort}`, GRPC_PORT: '0' };
  const uploads = mkdtempSync(join(tmpdir(), 'boxwire-e2e-'));
  const forServer = {
    ...environment,
    UPLOAD_DIR: uploads,
    MODEL,
    LOG_LEVEL: 'warn',
    MAX_MESSAGE_BYTES: '8000000',
    MAX_PIXELS: '20000000',
    // What runs when it is told to stop is cut off: with time left, a fast machine would be done.
    SHUTDOWN_GRACE: '0',
  };
  const [pageUrl, serverUrl] = [`http://127.0.0.1:${webPort}`, `http://127.0.0.1:${httpPort}`];
  const getModel = `${serverUrl}/boxwire.v1.ModelService/GetModel?connect=v1&encoding=json&message=%7B%7D`;
  let server: Running | undefined;
  const startServer = async (more = {}) => {
    server ??= await run(['apps/server/src/main.ts'], REPOSITORY, { ...forServer, ...more }, getModel);
  };
  const stopServer = async () => {
    await server?.stop();
    server = undefined;
  };
  const page = await run(['serve.ts', 'start'], `${REPOSITORY}/apps/web`, environment, pageUrl);
  const missing = await startServer().then(
    () => undefined,
    (error: Error) => `the server does not run here: ${error.message}`,
  );
  if (missing) console.error(`\n=== NOT TESTED: all that needs the server: ${missing}\n`);
  if (!hasPhotographs) console.error('\n=== NOT TESTED: real photographs; drawn pictures stand in\n');
  const end = async () => {
    await stopServer();
    await page.stop();
    rmSync(uploads, { recursive: true });
  };
  return { pageUrl, serverUrl, startServer, stopServer, missing, end };
}
