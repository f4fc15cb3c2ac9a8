// Servers that answer nothing, nothing more, or something else.
import { once } from 'node:events';
import { createServer } from 'node:http2';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from '../src/connection.ts';
import { greetServer, whyNoServer } from '../src/greet-server.ts';
import { Patience } from '../src/patience.ts';
import { startHeldServer } from './held-server.ts';

/** Opens a port until the test is over. */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connectTo(baseUrl: string, ...ping: [{ pingIntervalMs: number; pingTimeoutMs: number }?]) {
  const sessionManager = new Connection(baseUrl, undefined, ...ping);
  onTestFinished(() => sessionManager.abort());
  return createGrpcTransport({ baseUrl, sessionManager });
}

test('a call that is closed without an answer and without an error is unavailable, and does not wait for ever', async () => {
  const transport = connectTo(await listen(createServer().on('stream', (stream) => stream.close())));
  const { predictSingleImage, predictMultipleImages } = createClient(MlPredictions, transport);
  await expect(predictSingleImage({ data: new Uint8Array(9) })).rejects.toMatchObject({
    code: Code.Unavailable,
  });
  const answers = predictMultipleImages((async function* () {})())[Symbol.asyncIterator]();
  await expect(answers.next()).rejects.toMatchObject({ code: Code.Unavailable });
});

test('a path is kept, as a proxy may serve the server under one', async () => {
  const asked = Promise.withResolvers<unknown>();
  const listening = createServer().on('stream', (stream, headers) => {
    asked.resolve(headers[':path']);
    stream.respond({ ':status': 404 }, { endStream: true });
  });
  const url = `${await listen(listening)}/below`;
  const { predictSingleImage } = createClient(MlPredictions, connectTo(url));
  const error = await predictSingleImage({}).catch(ConnectError.from);
  expect(await asked.promise).toBe('/below/mlpredictions.MlPredictions/PredictSingleImage');
  expect(whyNoServer(error as ConnectError, url)).toMatch(
    /unless a proxy serves it under \/below, its address is/,
  );
  expect(whyNoServer(error as ConnectError, 'http://host')).toBe(
    'what answers at http://host is no Boxwire server: HTTP 404',
  );
});

test.each([
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'wants a certificate of its callers: --cert and --key'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'refuses the certificate of --cert: unknown ca'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'refuses the certificate of --cert: certificate expired'],
])('%s in plain words', (code, words) => {
  const error = new ConnectError(
    '',
    Code.Internal,
    undefined,
    undefined,
    Object.assign(new Error(), { code }),
  );
  expect(whyNoServer(error, 'https://host')).toBe(`what answers at https://host ${words}`);
});

test('a server that takes connections and says nothing is away', async () => {
  const url = await listen(createTcpServer());
  const transport = connectTo(url);
  const { signal } = new AbortController();
  const losses: string[] = [];
  const patience = new Patience({
    ...{ waitMs: 1000, signal },
    onLoss: ({ rawMessage }) => losses.push(rawMessage),
  });
  const error = await greetServer(transport, patience, signal, { url }, 100).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ rawMessage: 'it says nothing' });
  expect(whyNoServer(error as ConnectError, url)).toBe(`no server answers at ${url}: it says nothing`);
  expect(losses).toEqual(['it says nothing']);
});

test('a server that freezes in the middle of a call is noticed', async () => {
  const held = await startHeldServer();
  onTestFinished(() => held.stop());
  const between = createTcpServer();
  const frozen = once(between, 'connection').then(([socket]) => {
    const behind = connect(Number(held.address.split(':')[1]), '127.0.0.1');
    socket.pipe(behind).pipe(socket);
    onTestFinished(() => void behind.destroy());
    return () => behind.unpipe(socket);
  });
  const transport = connectTo(await listen(between), { pingIntervalMs: 100, pingTimeoutMs: 1000 });
  const never = Promise.withResolvers<void>();
  async function* images() {
    yield { frame: 1 };
    (await frozen)();
    await never.promise;
  }
  const answers = createClient(MlPredictions, transport).predictMultipleImages(images());
  await expect(answers[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: Code.Unavailable,
    rawMessage: 'PING timed out',
  });
  never.resolve();
});
