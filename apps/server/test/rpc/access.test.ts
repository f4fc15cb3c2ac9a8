import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { Code } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { createToken, hashToken } from '../../src/access/token.ts';
import { openHttp1, openHttp2, PROTOCOLS } from './connect-clients.ts';
import { openGrpcJs } from './grpc-js-client.ts';
import { collect, createFeed, imageOf, startServer, until } from './harness.ts';
import { writeTokens } from './token-file.ts';

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const PAGE = 'http://localhost:3000';

/** A client of every kind, each with a name. */
function everyClient({ grpcUrl, httpUrl }: { grpcUrl: string; httpUrl: string }) {
  return [
    ...PROTOCOLS.map((protocol) => openHttp2(grpcUrl, protocol)),
    ...(['connect', 'grpc-web'] as const).map((protocol) => openHttp1(httpUrl, protocol)),
  ];
}

test('without a good token every protocol is refused by every service, and none of a request is worked on', async () => {
  const { tokensFile } = writeTokens(['phone']);
  const harness = await startServer({ tokensFile, health: 'token' });
  harness.detector.answerAll();
  for (const { predictions, model, health } of everyClient(harness)) {
    for (const options of [
      {},
      bearer(createToken()),
      bearer('x'),
      { headers: { authorization: 'Basic eDp5' } },
    ]) {
      const refused = { code: Code.Unauthenticated };
      await expect(predictions.predictSingleImage(imageOf(1), options)).rejects.toMatchObject(refused);
      await expect(model.getModel({}, options)).rejects.toMatchObject(refused);
      await expect(health.check({}, options)).rejects.toMatchObject(refused);
      await expect(collect(health.watch({}, options))).rejects.toMatchObject(refused);
    }
  }
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(imageOf(1));
  for (const protocol of PROTOCOLS) {
    const answers = openHttp2(harness.grpcUrl, protocol).predictions.predictMultipleImages(feed);
    await expect(collect(answers)).rejects.toMatchObject({ code: Code.Unauthenticated });
  }
  await expect(openGrpcJs(harness.grpcUrl).single(imageOf(1))).rejects.toMatchObject({
    code: Code.Unauthenticated,
    details: 'a token is needed: send the header "authorization: Bearer TOKEN"',
  });
  expect(harness.detector.jobs).toEqual([]);
});

test('with a token every protocol is answered, and the log says whose it is', async () => {
  const { tokens, tokensFile } = writeTokens(['phone', 'camera']);
  const harness = await startServer({ tokensFile });
  harness.detector.answerAll();
  for (const { predictions } of everyClient(harness)) {
    for (const token of Object.values(tokens)) {
      await expect(predictions.predictSingleImage(imageOf(1), bearer(token))).resolves.toMatchObject({
        frame: 1,
      });
    }
  }
  const callers = () =>
    harness.lines.filter(({ msg }) => msg === 'call finished').map(({ caller }) => caller);
  await until(() => callers().length === 10);
  expect(callers()).toEqual(Array(5).fill(['phone', 'camera']).flat());
  const log = JSON.stringify(harness.lines);
  for (const token of Object.values(tokens)) expect(log).not.toContain(token);
});

test('a token that is taken out of the file is refused, others stay; a broken file changes nothing', async () => {
  const { tokens, tokensFile, write } = writeTokens(['phone', 'camera']);
  const { grpcUrl, detector, lines } = await startServer({ tokensFile });
  detector.answerAll();
  const { predictions } = openHttp2(grpcUrl);
  const call = (token: string) => predictions.predictSingleImage(imageOf(1), bearer(token));
  writeFileSync(tokensFile, 'nonsense');
  await until(() => lines.some(({ msg }) => String(msg).includes('stays in force')));
  await call(tokens.phone);
  write(['camera']);
  await until(() => lines.some(({ msg }) => msg === 'TOKENS_FILE changed and was read again'));
  await call(tokens.camera);
  await expect(call(tokens.phone)).rejects.toMatchObject({ code: Code.Unauthenticated });
  write([]);
  await until(() => lines.some(({ msg }) => String(msg).includes('nobody gets in')));
  await expect(call(tokens.camera)).rejects.toMatchObject({ code: Code.Unauthenticated });
  write(['phone']);
  await until(() => lines.filter(({ msg }) => String(msg).includes('was read again')).length === 3);
  await call(tokens.phone);
});

test('a token that is taken out of the file ends its calls, by cookie, too; other quotas end none', async () => {
  const { tokens, tokensFile, write } = writeTokens(['phone', 'camera']);
  const { grpcUrl, httpUrl, detector, lines } = await startServer({ tokensFile });
  detector.answerAll();
  const isRead = (times: number) =>
    until(() => lines.filter(({ msg }) => String(msg).includes('was read again')).length === times);
  const { predictions } = openHttp2(grpcUrl);
  const feed = createFeed<ReturnType<typeof imageOf>>();
  const answers = predictions.predictMultipleImages(feed, bearer(tokens.camera))[Symbol.asyncIterator]();
  const answerTo = (frame: number) => {
    feed.push(imageOf(frame));
    return answers.next();
  };
  await answerTo(1);
  writeFileSync(tokensFile, `camera sha256:${hashToken(tokens.camera).toString('hex')} requests=9`);
  await isRead(1);
  await expect(answerTo(2)).resolves.toMatchObject({ value: { frame: 2 } });
  write(['phone', 'camera']);
  await isRead(2);
  const watches = [
    openHttp2(grpcUrl).health.watch({}, bearer(tokens.phone)),
    openHttp1(httpUrl).health.watch(
      {},
      { headers: { cookie: `boxwire_token=${tokens.phone}`, origin: PAGE } },
    ),
  ].map((watch) => watch[Symbol.asyncIterator]());
  for (const watch of watches) await watch.next();
  write(['camera']);
  for (const watch of watches) await expect(watch.next()).rejects.toThrow();
  await expect(answerTo(3)).resolves.toMatchObject({ value: { frame: 3 } });
  write([]);
  await expect(answers.next()).rejects.toMatchObject({ code: Code.Canceled });
});

test('a file without a token stops the start', async () => {
  const { tokensFile } = writeTokens([]);
  await expect(startServer({ tokensFile })).rejects.toThrow(
    `TOKENS_FILE is ${tokensFile}, which cannot be used: it names no token`,
  );
});

test.skipIf(process.platform === 'win32')('what is no file stops the start, too', async () => {
  await expect(startServer({ tokensFile: '/dev/null' })).rejects.toThrow(
    'TOKENS_FILE is /dev/null, which cannot be used: it is no file',
  );
});

test.each([
  ['open', {}, true],
  ['token', { code: Code.Unauthenticated }, true],
  ['off', { code: Code.Unimplemented }, false],
] as const)('health: %s', async (health, refusal, isThere) => {
  const { tokens, tokensFile } = writeTokens(['phone']);
  const { grpcUrl } = await startServer({ tokensFile, health });
  const client = openHttp2(grpcUrl).health;
  const checked = client.check({});
  if (health === 'open') await checked;
  else await expect(checked).rejects.toMatchObject(refusal);
  if (isThere) await client.check({}, bearer(tokens.phone));
});

test('reflection wants a token, and is not there when it is off', async () => {
  const { tokensFile } = writeTokens(['phone']);
  const status = async (grpcUrl: string) => {
    const session = connectHttp2(grpcUrl);
    const call = session.request({
      ':method': 'POST',
      ':path': '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: unknown;
    call.on('response', (headers) => (status = headers['grpc-status'] ?? headers[':status']));
    call.on('trailers', (trailers) => (status = trailers['grpc-status']));
    call.resume();
    await once(call, 'close');
    session.destroy();
    return Number(status);
  };
  expect(await status((await startServer({ tokensFile })).grpcUrl)).toBe(Code.Unauthenticated);
  expect(await status((await startServer({ reflection: 'off' })).grpcUrl)).toBe(Code.Unimplemented);
});
