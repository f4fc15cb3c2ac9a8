import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { Health } from '@boxwire/proto/grpc/health/v1/health';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, describe, expect, test } from 'vitest';
import { SettingError } from '../../src/setting.ts';
import { temporaryFolder } from '../small-model.ts';
import { collect, createFeed, imageOf, startServer } from './harness.ts';
import { makeCertificate } from './tls-files.ts';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);
const pair = makeCertificate(folder, 'localhost');
const tlsCert = join(folder, 'localhost.cert.pem');
const tlsKey = join(folder, 'localhost.key.pem');

describe.skipIf(!pair)('with a certificate', () => {
  const nodeOptions = { rejectUnauthorized: false };

  test('either port speaks HTTP/2 and HTTP/1.1', async () => {
    const { grpcUrl, httpUrl, detector } = await startServer({ tlsCert, tlsKey });
    detector.answerAll();
    for (const baseUrl of [grpcUrl, httpUrl]) {
      expect(baseUrl).toMatch(/^https:/);
      const feed = createFeed<ReturnType<typeof imageOf>>();
      feed.push(imageOf(1), imageOf(2));
      feed.end();
      const native = createClient(MlPredictions, createGrpcTransport({ baseUrl, nodeOptions }));
      expect(await collect(native.predictMultipleImages(feed))).toMatchObject([{ frame: 1 }, { frame: 2 }]);
      const http1 = createConnectTransport({ baseUrl, httpVersion: '1.1', nodeOptions });
      expect(await createClient(MlPredictions, http1).predictSingleImage(imageOf(3))).toMatchObject({
        frame: 3,
      });
    }
  });

  test('its own page is let in, which speaks TLS, too', async () => {
    const { httpUrl } = await startServer({ tlsCert, tlsKey });
    const headers = { origin: 'https://localhost:3000', 'access-control-request-method': 'POST' };
    const url = `${httpUrl}/grpc.health.v1.Health/Check`;
    const allowed = await new Promise((resolve, reject) => {
      const request = get(url, { ...nodeOptions, method: 'OPTIONS', headers, agent: false }, (response) => {
        resolve(response.headers['access-control-allow-origin']);
        response.resume();
      });
      request.on('error', reject);
    });
    expect(allowed).toBe('https://localhost:3000');
  });

  test('browsers are told to use nothing else, where that is asked for', async () => {
    const header = async (hstsMaxAgeS: number) => {
      const { httpUrl } = await startServer({ tlsCert, tlsKey, hstsMaxAgeS });
      const [response] = await once(get(httpUrl, { ...nodeOptions, agent: false }), 'response');
      response.resume();
      return response.headers['strict-transport-security'];
    };
    expect(await header(31_536_000)).toBe('max-age=31536000');
    expect(await header(0)).toBeUndefined();
  });

  test('it shuts down as without', async () => {
    const { grpcUrl, httpUrl, server } = await startServer({ tlsCert, tlsKey, shutdownGraceMs: 1e9 });
    const http2 = createClient(Health, createGrpcTransport({ baseUrl: grpcUrl, nodeOptions }));
    const http1 = createClient(
      Health,
      createConnectTransport({ baseUrl: httpUrl, httpVersion: '1.1', nodeOptions }),
    );
    await http1.check({});
    const watch = http2.watch({})[Symbol.asyncIterator]();
    await watch.next();
    const down = server.shutdown();
    await watch.next();
    await expect(watch.next()).rejects.toMatchObject({ code: Code.Unavailable });
    await down;
  });

  test('a file that is no certificate is refused by one line', async () => {
    const nonsense = join(folder, 'nonsense.pem');
    writeFileSync(nonsense, 'nonsense');
    const start = startServer({ tlsCert: nonsense, tlsKey });
    await expect(start).rejects.toThrow(SettingError);
    await expect(start).rejects.toThrow(`TLS_CERT is ${nonsense}`);
  });

  test.each(['-aes256', '-traditional -aes256'])(
    'a key with a passphrase is refused (%s)',
    async (options) => {
      const locked = join(folder, 'locked.pem');
      const files = ['-in', tlsKey, '-out', locked, '-passout', 'pass:word'];
      execFileSync('openssl', ['pkey', ...files, ...options.split(' ')]);
      await expect(startServer({ tlsCert, tlsKey: locked })).rejects.toThrow(
        `TLS_KEY is ${locked}, which has a passphrase; openssl pkey writes it without`,
      );
    },
  );
});

test('a missing file is refused by one line that names the variable', async () => {
  const missing = startServer({ tlsCert: join(folder, 'none.pem'), tlsKey });
  await expect(missing).rejects.toThrow(SettingError);
  await expect(missing).rejects.toThrow(/^TLS_CERT is .*none\.pem, which cannot be read: .*$/);
});
