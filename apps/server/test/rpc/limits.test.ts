import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, createClient } from '@connectrpc/connect';
import { compressionGzip, createGrpcTransport } from '@connectrpc/connect-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHttp1, openHttp2, openRawStream, PROTOCOLS } from './connect-clients.ts';
import { openGrpcJs } from './grpc-js-client.ts';
import { collect, createFeed, type Harness, imageOf, startServer, until } from './harness.ts';

const SMALL = { maxMessageBytes: 100_000 };
const tooLarge = { ...imageOf(2), data: new Uint8Array(3_000_000) };
const refusal = {
  code: Code.ResourceExhausted,
  rawMessage: 'the message is larger than MAX_MESSAGE_BYTES allows, 100000 bytes',
};

describe('a message over the limit', () => {
  test.each(PROTOCOLS)('%s over HTTP/2', async (protocol) => {
    const { grpcUrl, detector } = await startServer(SMALL);
    detector.answerAll();
    const { predictions } = openHttp2(grpcUrl, protocol);
    await expect(predictions.predictSingleImage(tooLarge)).rejects.toMatchObject(refusal);
    await expect(predictions.predictSingleImage(imageOf(1))).resolves.toMatchObject({ frame: 1 });
    const feed = createFeed<ReturnType<typeof imageOf>>();
    feed.push(imageOf(1), tooLarge, imageOf(3));
    const answers = predictions.predictMultipleImages(feed)[Symbol.asyncIterator]();
    await expect(answers.next()).resolves.toMatchObject({ value: { frame: 1 } });
    await expect(answers.next()).rejects.toMatchObject(refusal);
    expect(detector.jobs.length).toBe(2);
  });

  test.each(['connect', 'grpc-web'] as const)('%s over HTTP/1.1', async (protocol) => {
    const { httpUrl, detector } = await startServer(SMALL);
    detector.answerAll();
    const { predictions } = openHttp1(httpUrl, protocol);
    await expect(predictions.predictSingleImage(tooLarge)).rejects.toMatchObject(refusal);
    await expect(predictions.predictSingleImage(imageOf(1))).resolves.toMatchObject({ frame: 1 });
  });
});

test('a message that is over the limit once it is unpacked', async () => {
  const { grpcUrl, detector } = await startServer(SMALL);
  detector.answerAll();
  const packed = { sendCompression: compressionGzip, compressMinBytes: 1 };
  const client = createClient(MlPredictions, createGrpcTransport({ baseUrl: grpcUrl, ...packed }));
  await expect(client.predictSingleImage(imageOf(1))).resolves.toMatchObject({ frame: 1 });
  await expect(client.predictSingleImage(tooLarge)).rejects.toMatchObject(refusal);
});

describe('a call that is answered before its request is read leaves no stream open', () => {
  /** A gRPC call that says what it wants and then does not end its request. */
  function openCall(session: ClientHttp2Session, method: string, headers = {}): ClientHttp2Stream {
    const call = session.request({
      ':method': 'POST',
      ':path': `/mlpredictions.MlPredictions/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    call.resume();
    return call;
  }

  async function openSession({ grpcUrl }: Harness): Promise<ClientHttp2Session> {
    const session = connect(grpcUrl);
    onTestFinished(() => session.destroy());
    await once(session, 'connect');
    return session;
  }

  /** The status of the call, once its stream is closed on both sides. */
  async function statusAfterClose(call: ClientHttp2Stream): Promise<number> {
    const status = Promise.withResolvers<number>();
    for (const event of ['trailers', 'response']) {
      call.on(event, (headers) => headers['grpc-status'] && status.resolve(Number(headers['grpc-status'])));
    }
    await once(call, 'close');
    return status.promise;
  }

  test.each([
    ['over the limit', 'PredictSingleImage', {}, Code.ResourceExhausted],
    ['over the limit, in a stream', 'PredictMultipleImages', {}, Code.ResourceExhausted],
    ['unknown compression', 'PredictMultipleImages', { 'grpc-encoding': 'zip' }, Code.Unimplemented],
  ])('%s', async (_name, method, headers, code) => {
    const harness = await startServer({ ...SMALL, shutdownGraceMs: 1e9 });
    const session = await openSession(harness);
    const call = openCall(session, method, headers);
    call.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]));
    expect(await statusAfterClose(call)).toBe(code);
    // Both hang if the server still counts the stream.
    await new Promise<void>((resolve) => session.close(resolve));
    await harness.server.shutdown();
  });

  test('before the model is warm', async () => {
    const harness = await startServer({ shutdownGraceMs: 1e9 }, { warm: false });
    const session = await openSession(harness);
    const calls = Array.from({ length: 20 }, () => openCall(session, 'PredictMultipleImages'));
    for (const call of calls) call.write(Buffer.from([0, 0, 0, 0, 100, 1, 2, 3]));
    const statuses = await Promise.all(calls.map(statusAfterClose));
    expect(new Set(statuses)).toEqual(new Set([Code.Unavailable]));
    await new Promise<void>((resolve) => session.close(resolve));
    await harness.server.shutdown();
  });

  test('grpc-js goes on on the same connection', async () => {
    const { grpcUrl, detector } = await startServer(SMALL);
    detector.answerAll();
    const client = openGrpcJs(grpcUrl);
    for (let round = 1; round <= 3; round++) {
      await expect(client.single(tooLarge)).rejects.toMatchObject({ code: Code.ResourceExhausted });
      await expect(client.single(imageOf(round))).resolves.toMatchObject({ frame: round });
    }
  });

  test('a unary call whose client stops in the middle is cut off', async () => {
    const harness = await startServer({ streamIdleTimeoutMs: 100 });
    const session = await openSession(harness);
    const call = openCall(session, 'PredictSingleImage');
    call.on('error', () => {});
    call.write(Buffer.from([0, 0, 0, 1, 0, 1, 2, 3]));
    await once(call, 'close');
    expect(call.rstCode).toBe(constants.NGHTTP2_CANCEL);
  });
});

describe('an idle stream', () => {
  test.each(PROTOCOLS)('%s: is ended, naming the setting and its value', async (protocol) => {
    const { grpcUrl, detector } = await startServer({ streamIdleTimeoutMs: 500 });
    detector.answerAll();
    const feed = createFeed<ReturnType<typeof imageOf>>();
    feed.push(imageOf(1));
    const answers = openHttp2(grpcUrl, protocol)
      .predictions.predictMultipleImages(feed)
      [Symbol.asyncIterator]();
    await expect(answers.next()).resolves.toMatchObject({ value: { frame: 1 } });
    await expect(answers.next()).rejects.toMatchObject({
      code: Code.DeadlineExceeded,
      rawMessage: 'the stream was idle for STREAM_IDLE_TIMEOUT, 0.5 seconds',
    });
  });

  test('a client that takes no answers is cut off', async () => {
    const { grpcUrl, detector, lines } = await startServer({ streamIdleTimeoutMs: 100 });
    const box = { xmin: 1, ymin: 1, xmax: 2, ymax: 2, confidence: 0.5, classId: 1, name: 'cup' };
    detector.intercept = () =>
      queueMicrotask(() => detector.jobs.at(-1)?.answer({ detections: Array(3000).fill(box) }));
    const call = openRawStream(grpcUrl);
    call.on('error', () => {});
    for (let frame = 1; frame <= 20; frame++) call.write(Buffer.from([0, 0, 0, 0, 2, 5 << 3, frame]));
    await until(() => lines.some(({ msg, code }) => msg === 'call finished' && code === 'canceled'));
  });

  test('a stream is not idle while the server works on it', async () => {
    const { grpcUrl, detector } = await startServer({ streamIdleTimeoutMs: 500 });
    const feed = createFeed<ReturnType<typeof imageOf>>();
    feed.push(imageOf(1));
    const answers = openHttp2(grpcUrl).predictions.predictMultipleImages(feed)[Symbol.asyncIterator]();
    const first = answers.next();
    await until(() => detector.jobs.length === 1);
    await sleep(1500);
    detector.jobs[0]?.answer();
    feed.end();
    await expect(first).resolves.toMatchObject({ value: { frame: 1 } });
    await expect(answers.next()).resolves.toMatchObject({ done: true });
  });

  test('a stream is not idle while a long message arrives', async () => {
    const { grpcUrl, detector } = await startServer({ streamIdleTimeoutMs: 2000 });
    detector.answerAll();
    const call = openRawStream(grpcUrl);
    // One message: field 5, `frame`, ten times. The last one counts.
    call.write(Buffer.from([0, 0, 0, 0, 20]));
    for (let frame = 1; frame <= 10; frame++) {
      await sleep(250);
      call.write(Buffer.from([5 << 3, frame]));
    }
    call.end();
    const [trailers] = await Promise.all([once(call, 'trailers'), collect(call)]);
    expect(trailers[0]).toMatchObject({ 'grpc-status': '0' });
    expect(detector.jobs.length).toBe(1);
  });
});

test.each([
  ['no host', 'POST /mlpredictions.MlPredictions/PredictSingleImage HTTP/1.0\r\n\r\n'],
  [
    'a host that is none',
    'POST /mlpredictions.MlPredictions/PredictSingleImage HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n',
  ],
])('%s is refused', async (_name, request) => {
  const { httpUrl, grpcUrl, detector } = await startServer();
  const { hostname, port } = new URL(httpUrl);
  const socket = connectTcp(Number(port), hostname).end(request);
  const answer = Buffer.concat(await collect(socket)).toString();
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  detector.answerAll();
  await expect(openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1))).resolves.toMatchObject({
    frame: 1,
  });
});

describe('HTTP', () => {
  const single = '/mlpredictions.MlPredictions/PredictSingleImage';

  test('bytes that are no message are the caller’s fault', async () => {
    const { httpUrl } = await startServer();
    const headers = { 'content-type': 'application/proto' };
    const answer = await fetch(httpUrl + single, {
      method: 'POST',
      headers,
      body: new Uint8Array([255, 255]),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('the request is no such message'),
    });
  });

  test('another method is answered with those that are allowed', async () => {
    const { httpUrl } = await startServer();
    const answer = await fetch(httpUrl + single);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await answer.json()).toEqual({ code: 'unimplemented', message: 'call it by POST' });
  });

  test.each([
    ['/', 'application/json', 404, /no such method; .* the page is at WEB_PORT/],
    [`${single}s`, 'application/grpc', 404, /no such method/],
    [single, 'image/jpeg', 415, /the content-type must be application\/json/],
    [single, 'application/x-www-form-urlencoded', 415, /content-type/],
    ['/mlpredictions.MlPredictions/PredictMultipleImages', 'application/connect+json', 505, /call GRPC_PORT/],
  ])('%s with %s is answered with %i, and why', async (path, type, status, message) => {
    const { httpUrl } = await startServer();
    const answer = await fetch(httpUrl + path, { method: 'POST', headers: { 'content-type': type } });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ code: 'unimplemented', message: expect.stringMatching(message) });
  });
});
