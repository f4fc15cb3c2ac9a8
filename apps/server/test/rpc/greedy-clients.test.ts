// Clients that want too much at once: bounded by settings, and others do not notice.
import { connect as connectHttp2 } from 'node:http2';
import { Code } from '@connectrpc/connect';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHttp1, openHttp2 } from './connect-clients.ts';
import { imageOf, startServer, until, untilSteady } from './harness.ts';
import { callHeaders, FLAG, FRAME, frame, framesOf, openHttp2Socket, openSocket } from './http2-frames.ts';

const SINGLE = '/mlpredictions.MlPredictions/PredictSingleImage';
const MULTIPLE = '/mlpredictions.MlPredictions/PredictMultipleImages';
const begin = (streamId: number, path = SINGLE) =>
  frame(FRAME.headers, FLAG.endHeaders, streamId, callHeaders(path));
const odd = (count: number) => Array.from({ length: count }, (_, index) => 2 * index + 1);

test('MAX_CONNECTIONS: more are turned away, and let in when others have gone', async () => {
  const { grpcUrl, httpUrl, detector } = await startServer({ maxConnections: 20 });
  detector.answerAll();
  const { predictions } = openHttp2(grpcUrl);
  await predictions.predictSingleImage(imageOf(1));
  for (const url of [grpcUrl, httpUrl]) {
    const sockets = Array.from({ length: 50 }, () => openHttp2Socket(url));
    let closed = 0;
    for (const socket of sockets) void socket.gone.then(() => closed++);
    await until(() => closed >= 30);
    await predictions.predictSingleImage(imageOf(2));
    for (const socket of sockets) socket.destroy();
    await Promise.all(sockets.map(({ gone }) => gone));
  }
  await expect(openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(3))).resolves.toMatchObject({
    frame: 3,
  });
  await expect(openHttp1(httpUrl).predictions.predictSingleImage(imageOf(4))).resolves.toMatchObject({
    frame: 4,
  });
});

describe('MAX_STREAMS: calls beyond it', () => {
  async function openTooMany(acknowledge: boolean) {
    const harness = await startServer({ maxStreams: 10 });
    const socket = openHttp2Socket(harness.grpcUrl);
    await until(() => framesOf(socket.received).some(({ type }) => type === FRAME.settings));
    if (acknowledge) socket.write(frame(FRAME.settings, 1, 0));
    socket.write(Buffer.concat(odd(30).map((id) => begin(id, MULTIPLE))));
    return { ...harness, socket };
  }

  test('are refused while the client may not know of it', async () => {
    const { socket, grpcUrl, detector } = await openTooMany(false);
    const refused = () => framesOf(socket.received).filter(({ type }) => type === FRAME.rstStream);
    await until(() => refused().length === 20);
    expect(refused().map(({ streamId }) => streamId)).toEqual(odd(30).slice(10));
    detector.answerAll();
    await openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1));
  });

  test('end the connection of a client that knows', async () => {
    const { socket, grpcUrl, detector } = await openTooMany(true);
    await socket.gone;
    expect(framesOf(socket.received).map(({ type }) => type)).toContain(FRAME.goaway);
    detector.answerAll();
    await openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1));
  });
});

test('calls that are reset at once: the client is sent away, little is worked on, nothing stays', async () => {
  const { grpcUrl, detector, lines } = await startServer();
  const other = openHttp2(grpcUrl).predictions;
  const socket = openHttp2Socket(grpcUrl);
  const cancel = Buffer.from([0, 0, 0, 8]);
  const empty = Buffer.alloc(5);
  const attack = odd(5000).map((id) =>
    Buffer.concat([
      begin(id),
      frame(FRAME.data, FLAG.endStream, id, empty),
      frame(FRAME.rstStream, 0, id, cancel),
    ]),
  );
  for (let at = 0; at < attack.length; at += 100) {
    if (socket.writable) socket.write(Buffer.concat(attack.slice(at, at + 100)));
  }
  await socket.gone;
  const calls = () => lines.filter(({ msg }) => msg === 'call finished').length;
  await untilSteady(calls);
  expect(calls()).toBeLessThan(1500);
  expect(detector.jobs.every(({ signal }) => signal?.aborted)).toBe(true);
  detector.answerAll();
  await expect(other.predictSingleImage(imageOf(1))).resolves.toMatchObject({ frame: 1 });
});

describe('metadata', () => {
  test('HTTP/1.1: 64 kB are refused', async () => {
    const { httpUrl } = await startServer();
    const socket = openSocket(httpUrl);
    socket.write(`POST ${SINGLE} HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(2 ** 16)}\r\n\r\n`);
    await socket.gone;
    expect(Buffer.concat(socket.received).toString()).toMatch(/^HTTP\/1.1 431 /);
  });

  test.each([
    ['one header of 64 kB', { 'x-long': 'a'.repeat(2 ** 16) }],
    ['a thousand headers', Object.fromEntries(odd(1000).map((id) => [`x-${id}`, 'a'.repeat(50)]))],
  ])('HTTP/2: %s are refused, before anything is worked on', async (_name, headers) => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    const session = connectHttp2(grpcUrl, { maxSendHeaderBlockLength: 2 ** 24 });
    session.on('error', () => {});
    onTestFinished(() => session.destroy());
    const call = session.request({
      ...{ ':method': 'POST', ':path': SINGLE, 'content-type': 'application/grpc' },
      ...headers,
    });
    call.on('error', () => {});
    let answered = false;
    call.on('response', ({ ':status': status }) => (answered = status === 200));
    call.end(Buffer.alloc(5));
    call.resume();
    // Some are told by an error.
    await new Promise((resolve) => call.once('close', resolve));
    expect({ answered, jobs: detector.jobs.length }).toEqual({ answered: false, jobs: 0 });
    await expect(openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1))).resolves.toMatchObject({
      frame: 1,
    });
  });

  test('HTTP/2: headers that go on in frame after frame end the connection', async () => {
    const { grpcUrl } = await startServer();
    const socket = openHttp2Socket(grpcUrl);
    socket.write(frame(FRAME.headers, 0, 1, callHeaders(SINGLE)));
    const more = frame(FRAME.continuation, 0, 1, callHeaders('/', { 'x-more': 'a'.repeat(100) }).subarray(2));
    const flood = setInterval(() => socket.writable && socket.write(Buffer.concat(Array(100).fill(more))), 1);
    await socket.gone;
    clearInterval(flood);
  });
});

test('health takes no large requests, since it takes them from everybody', async () => {
  const { grpcUrl } = await startServer();
  const { health } = openHttp2(grpcUrl);
  await expect(health.check({ service: 'a'.repeat(2 ** 17) })).rejects.toMatchObject({
    code: Code.ResourceExhausted,
  });
  await health.check({});
});
