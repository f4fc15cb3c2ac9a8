// Page and server with a certificate, as for visitors of another machine.
import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { freePort } from '../../server/bench/server-process.ts';
import { makeCertificate } from '../../server/test/rpc/tls-files.ts';
import { choose } from './choose.ts';
import { expect, test } from './fixtures.ts';
import { MODEL, pictureOfObjects, REPOSITORY } from './media.ts';
import { run } from './processes.ts';

test('signs in to a page and a server with a certificate, which is renewed', async ({
  browser,
  stack,
}, info) => {
  test.skip(stack.missing !== undefined, stack.missing);
  const folder = info.outputPath();
  const [first, second] = [makeCertificate(folder, 'first'), makeCertificate(folder, 'second')];
  test.skip(!first || !second, 'openssl cannot be run');
  if (!first || !second) return;
  trust(first.cert, second.cert);

  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  copyFileSync(first.cert, cert);
  copyFileSync(first.key, key);
  const token = `boxwire_${randomBytes(32).toString('base64url')}`;
  const tokensFile = join(folder, 'tokens.txt');
  writeFileSync(tokensFile, `somebody sha256:${createHash('sha256').update(token).digest('hex')}\n`);
  const [webPort, httpPort] = [await freePort(), await freePort()];
  const settings = {
    ...{ HOST: '127.0.0.1', WEB_PORT: `${webPort}`, HTTP_PORT: `${httpPort}`, GRPC_PORT: '0' },
    ...{ TLS_CERT: cert, TLS_KEY: key, TOKENS_FILE: tokensFile },
    ...{ MODEL, UPLOAD_DIR: join(folder, 'uploads'), LOG_LEVEL: 'warn' },
  };
  const getModel = `https://127.0.0.1:${httpPort}/boxwire.v1.ModelService/GetModel?connect=v1&encoding=json&message=%7B%7D`;
  const server = await run(['apps/server/src/main.ts'], REPOSITORY, settings, getModel);
  const served = await run(
    ['serve.ts', 'start'],
    `${REPOSITORY}apps/web`,
    settings,
    `https://127.0.0.1:${webPort}`,
  );
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    const page = await context.newPage();
    await page.goto(served.url);
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByTestId('server')).toHaveAttribute('data-phase', 'ready');
    expect(await context.cookies()).toMatchObject([{ name: 'boxwire_token', secure: true, httpOnly: true }]);
    await choose(page, pictureOfObjects(), 'found');

    expect(await nameShown(webPort)).toBe('first');
    copyFileSync(second.cert, cert);
    copyFileSync(second.key, key);
    await expect.poll(() => nameShown(webPort)).toBe('second');
    await page.reload();
    await expect(page.getByTestId('server')).toHaveAttribute('data-phase', 'ready');
  } finally {
    await context.close();
    await Promise.all([served.stop(), server.stop()]);
  }
});

/** For this process, which asks whether the servers are up. */
function trust(...certificates: string[]): void {
  setDefaultCACertificates([
    ...getCACertificates(),
    ...certificates.map((path) => readFileSync(path, 'utf8')),
  ]);
}

/** Whose certificate a new connection to a local port is shown. */
function nameShown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
  });
}
