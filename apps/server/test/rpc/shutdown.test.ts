import { once } from 'node:events';
import { connect, createServer as createTcpServer } from 'node:net';
import { HealthCheckResponse_ServingStatus as Status } from '@boxwire/proto/grpc/health/v1/health';
import { Code } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { createServer } from '../../src/server.ts';
import { SettingError } from '../../src/setting.ts';
import { openHttp1, openHttp2 } from './connect-clients.ts';
import { openGrpcJs } from './grpc-js-client.ts';
import { createFeed, imageOf, startServer, testSettings, until } from './harness.ts';

const FOR_EVER = { shutdownGraceMs: 1e9 };

test('what was taken on is finished, new calls are refused', async () => {
  const { grpcUrl, httpUrl, server, detector } = await startServer(FOR_EVER);
  const http2 = openHttp2(grpcUrl).predictions;
  const http1 = openHttp1(httpUrl).predictions;
  const running = [http2.predictSingleImage(imageOf(1)), http1.predictSingleImage(imageOf(2))];
  await until(() => detector.jobs.length === 2);
  const down = server.shutdown();
  // By now GOAWAY has arrived; a call that meets it on its way is refused by Node itself, as REFUSED_STREAM.
  await expect(openHttp2(grpcUrl).health.check({})).resolves.toMatchObject({ status: Status.NOT_SERVING });
  for (const predictions of [http2, openHttp2(grpcUrl).predictions, openHttp1(httpUrl).predictions]) {
    await expect(predictions.predictSingleImage(imageOf(3))).rejects.toMatchObject({
      code: Code.Unavailable,
    });
  }
  detector.answerAll();
  await expect(Promise.all(running)).resolves.toMatchObject([{ frame: 1 }, { frame: 2 }]);
  await down;
  expect(detector.jobs.length).toBe(2);
});

test('a call on a connection that is still open is refused as unavailable', async () => {
  const { httpUrl, server, detector } = await startServer(FOR_EVER);
  const url = `${httpUrl}/mlpredictions.MlPredictions/PredictSingleImage`;
  const slow = openHttp1(httpUrl).predictions.predictSingleImage(imageOf(1));
  await until(() => detector.jobs.length === 1);
  // This request has begun before the server drains, and its headers end after.
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (data) => (answer += data));
  socket.write('POST /mlpredictions.MlPredictions/PredictSingleImage HTTP/1.1\r\nHost: localhost\r\n');
  await openHttp1(httpUrl).health.check({});
  const down = server.shutdown();
  socket.write('Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}');
  await until(() => answer.includes('shutting down'));
  expect(answer).toMatch(
    /^HTTP\/1.1 503 [\s\S]*{"code":"unavailable","message":"the server is shutting down"}/,
  );
  detector.answerAll();
  await slow;
  await down;
});

test.each(['connect-node', 'grpc-js'])(
  '%s: the frames of a stream that were read are answered, then it is ended',
  async (kind) => {
    const { grpcUrl, server, detector } = await startServer(FOR_EVER);
    const feed = createFeed<ReturnType<typeof imageOf>>();
    const open = () => {
      if (kind === 'connect-node') return openHttp2(grpcUrl).predictions.predictMultipleImages(feed);
      const call = openGrpcJs(grpcUrl).multiple();
      for (const frame of [1, 2, 3]) call.write(imageOf(frame));
      return call;
    };
    const answers = open()[Symbol.asyncIterator]();
    feed.push(...[1, 2, 3].map(imageOf));
    const first = answers.next();
    await until(() => detector.jobs.length === 3);
    const down = server.shutdown();
    feed.push(imageOf(4));
    detector.answerAll();
    expect((await first).value).toMatchObject({ frame: 1 });
    expect((await answers.next()).value).toMatchObject({ frame: 2 });
    expect((await answers.next()).value).toMatchObject({ frame: 3 });
    await expect(answers.next()).rejects.toMatchObject({ code: Code.Unavailable });
    await down;
    expect(detector.jobs.length).toBe(3);
  },
);

test('what still runs after SHUTDOWN_GRACE is ended', async () => {
  const { grpcUrl, server, detector } = await startServer({ shutdownGraceMs: 50 });
  const { predictions } = openHttp2(grpcUrl);
  const single = predictions.predictSingleImage(imageOf(1));
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(imageOf(2));
  const stream = predictions.predictMultipleImages(feed)[Symbol.asyncIterator]().next();
  const ended = Promise.all(
    [single, stream].map((call) => expect(call).rejects.toMatchObject({ code: Code.Unavailable })),
  );
  await until(() => detector.jobs.length === 2);
  await server.shutdown();
  await ended;
  expect(detector.jobs.every(({ signal }) => signal?.aborted)).toBe(true);
});

test('idle connections do not hold a shutdown up', async () => {
  const { grpcUrl, httpUrl, server, detector } = await startServer(FOR_EVER);
  detector.answerAll();
  const grpcJs = openGrpcJs(grpcUrl);
  await grpcJs.single(imageOf(1));
  for (const { predictions } of [openHttp2(grpcUrl), openHttp1(httpUrl)])
    await predictions.predictSingleImage(imageOf(1));
  const { hostname, port } = new URL(httpUrl);
  const silent = connect(Number(port), hostname);
  await once(silent, 'connect');
  await server.shutdown();
  await once(silent, 'close');
});

test.each(['GRPC_PORT', 'HTTP_PORT'])('%s in use is said in one line', async (name) => {
  const other = createTcpServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const settings = testSettings({ [name === 'GRPC_PORT' ? 'grpcPort' : 'httpPort']: port });
  const server = createServer({ settings, log: createLog(settings, { write: () => {} }) });
  const listening = server.listen();
  await expect(listening).rejects.toThrow(SettingError);
  await expect(listening).rejects.toThrow(
    `${name} is ${port}, but another program listens on 127.0.0.1:${port}; stop it or choose another port`,
  );
  await server.shutdown();
  other.close();
});
