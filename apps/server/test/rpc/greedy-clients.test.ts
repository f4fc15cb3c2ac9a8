// Clients that want too much at once: bounded by settings, and others do not notice.
import { connect as connectHttp2 } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { ImageSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create, toBinary } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { compressionGzip } from '@connectrpc/connect-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ANYBODY } from '../../src/access/caller.ts';
import { createByteAccount } from '../../src/access/quota.ts';
import { createMeter } from '../../src/rpc/meter.ts';
import { openHttp1, openHttp2, PROTOCOLS } from './connect-clients.ts';
import { createFeed, imageOf, startServer, until, untilSteady } from './harness.ts';
import { callHeaders, FLAG, FRAME, frame, framesOf, openHttp2Socket, openSocket } from './http2-frames.ts';

const SINGLE = '/mlpredictions.MlPredictions/PredictSingleImage';
const MULTIPLE = '/mlpredictions.MlPredictions/PredictMultipleImages';
const begin = (streamId: number, path = SINGLE) =>
  frame(FRAME.headers, FLAG.endHeaders, streamId, callHeaders(path));
function feedOf(images: readonly ReturnType<typeof imageOf>[]) {
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(...images);
  feed.end();
  return feed;
}

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

describe('MAX_BYTES_IN_FLIGHT', () => {
  const big = { ...imageOf(1), data: new Uint8Array(60_000) };
  const refusal = {
    code: Code.ResourceExhausted,
    rawMessage:
      'all calls together have MAX_BYTES_IN_FLIGHT, 100000 bytes, in flight; try again when some are answered',
  };

  test('what is more is refused in every protocol, and taken again when others are answered', async () => {
    const { grpcUrl, httpUrl, detector } = await startServer({ maxBytesInFlight: 100_000 });
    const first = openHttp2(grpcUrl).predictions.predictSingleImage(big);
    await until(() => detector.jobs.length === 1);
    for (const { predictions } of [
      ...PROTOCOLS.map((protocol) => openHttp2(grpcUrl, protocol)),
      openHttp1(httpUrl),
    ]) {
      await expect(predictions.predictSingleImage(big)).rejects.toMatchObject(refusal);
      await expect(predictions.predictSingleImage(big)).rejects.toMatchObject(refusal);
    }
    const small = openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(2));
    await until(() => detector.jobs.length === 2);
    detector.answerAll();
    await Promise.all([first, small]);
    await openHttp2(grpcUrl).predictions.predictSingleImage(big);
  });

  test.each(PROTOCOLS)('%s: bytes that are compressed count as what they become', async (protocol) => {
    const { grpcUrl, detector } = await startServer({ maxBytesInFlight: 100_000 });
    const { predictions } = openHttp2(grpcUrl, protocol, {
      sendCompression: compressionGzip,
      compressMinBytes: 0,
    });
    const first = predictions.predictSingleImage(big);
    await until(() => detector.jobs.length === 1);
    await expect(predictions.predictSingleImage(big)).rejects.toMatchObject(refusal);
    await expect(
      predictions
        .predictMultipleImages(feedOf([big]))
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toMatchObject(refusal);
    detector.answerAll();
    await expect(first).resolves.toMatchObject({ frame: 1 });
    await predictions.predictSingleImage(big);
    expect(detector.jobs).toHaveLength(2);
  });

  test('what is compressed is inflated no further once its call is gone', async () => {
    const meter = createMeter(ANYBODY, createByteAccount(100_000));
    await meter.inflated(60_000);
    meter.end();
    await expect(meter.inflated(10)).rejects.toMatchObject({ code: Code.Canceled });
  });

  test('nor where it waits for room', async () => {
    const account = createByteAccount(100_000);
    const meter = createMeter(ANYBODY, account);
    await meter.inflated(60_000);
    await meter.messageRead(new AbortController().signal);
    const more = meter.inflated(60_000);
    meter.end();
    await expect(more).rejects.toMatchObject({ code: Code.Canceled });
    expect(account.used).toBe(0);
  });

  test('half of the room is for bytes that are there', () => {
    const account = createByteAccount(100_000);
    const meter = createMeter(ANYBODY, account);
    expect([meter.reserve(30_000), meter.reserve(30_000), meter.reserve(20_000)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(account.used).toBe(50_000);
    expect(meter.arrived(60_000)).toBeUndefined();
    expect(account.used).toBe(60_000);
  });

  test('a compressed stream waits for its own answers', async () => {
    const { grpcUrl, detector } = await startServer({ maxBytesInFlight: 100_000 });
    const { predictions } = openHttp2(grpcUrl, 'grpc', {
      sendCompression: compressionGzip,
      compressMinBytes: 0,
    });
    const images = [1, 2, 3].map((frame) => ({ ...big, frame }));
    const answers = predictions.predictMultipleImages(feedOf(images))[Symbol.asyncIterator]();
    const first = answers.next();
    await until(() => detector.jobs.length === 1);
    expect(await untilSteady(() => detector.jobs.length, 200)).toBe(1);
    detector.answerAll();
    expect((await first).value).toMatchObject({ frame: 1 });
    for (const frame of [2, 3]) expect((await answers.next()).value).toMatchObject({ frame });
  });

  test('what a message has yet to send counts once memory for it is taken', async () => {
    const { grpcUrl, detector } = await startServer({ maxBytesInFlight: 420_000 });
    detector.answerAll();
    const socket = openHttp2Socket(grpcUrl);
    // Of 200,000 bytes a tenth.
    socket.write(Buffer.concat([begin(1), frame(FRAME.data, 0, 1, Buffer.from([0, 0, 3, 0x0d, 0x40]))]));
    for (let sent = 0; sent < 20_000; sent += 10_000)
      socket.write(frame(FRAME.data, 0, 1, Buffer.alloc(10_000)));
    const { predictions } = openHttp2(grpcUrl);
    const outcome = () =>
      predictions.predictSingleImage({ ...big, data: new Uint8Array(230_000) }).then(
        () => 'answered',
        () => 'refused',
      );
    while ((await outcome()) !== 'refused');
    // The rest is not counted again.
    for (let sent = 20_000; sent < 190_000; sent += 10_000)
      socket.write(frame(FRAME.data, 0, 1, Buffer.alloc(10_000)));
    const small = { ...imageOf(2), data: new Uint8Array(40_000) };
    for (let i = 0; i < 5; i++) await predictions.predictSingleImage(small);
    socket.destroy();
    while ((await outcome()) !== 'answered');
  });

  test('messages that never end give back what they held when their clients go', async () => {
    const { grpcUrl, detector } = await startServer({ maxBytesInFlight: 100_000 });
    detector.answerAll();
    const socket = openHttp2Socket(grpcUrl);
    socket.write(begin(1));
    socket.write(frame(FRAME.data, 0, 1, Buffer.from([0, 0, 1, 0x80, 0])));
    for (let sent = 0; sent < 80_000; sent += 10_000)
      socket.write(frame(FRAME.data, 0, 1, Buffer.alloc(10_000)));
    const { predictions } = openHttp2(grpcUrl);
    const ask = () =>
      predictions.predictSingleImage(big).then(
        () => 'answered',
        () => 'refused',
      );
    for (let outcome = ''; outcome !== 'refused'; ) outcome = await ask();
    socket.destroy();
    for (let outcome = ''; outcome !== 'answered'; ) outcome = await ask();
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

describe('what takes far more to read than to send', () => {
  const post = (url: string, path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: headers['content-encoding'] ? gzipSync(body) : body,
    });
  const nested = `{"x":${'['.repeat(500_000)}`;

  test.each([
    ['plain', {}],
    ['compressed', { 'content-encoding': 'gzip' }],
  ])('JSON of brackets, %s, is refused before it is parsed', async (_, headers) => {
    const { httpUrl } = await startServer();
    for (const path of ['boxwire.v1.ModelService/GetModel', SINGLE.slice(1)]) {
      const answer = await post(httpUrl, path, nested, headers);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        message: expect.stringContaining('nested deeper than 32'),
      });
    }
  });

  test.each(['boxwire.v1.ModelService/GetModel', 'boxwire.v1.UploadService/CreateUpload'])(
    'a megabyte is enough for %s',
    async (path) => {
      const { httpUrl } = await startServer();
      const answer = await post(httpUrl, path, `{"name":"${'a'.repeat(2 ** 20)}"}`);
      expect(await answer.json()).toMatchObject({
        code: 'resource_exhausted',
        message: 'the message is larger than this service allows, 1048576 bytes',
      });
    },
  );

  test('fields that nobody knows are not kept', async () => {
    const { httpUrl, detector } = await startServer();
    detector.answerAll();
    const image = toBinary(ImageSchema, create(ImageSchema, imageOf(1)));
    const unknown = Buffer.alloc(2000, Buffer.from([0x78, 0]));
    const headers = { 'content-type': 'application/proto' };
    const body = Buffer.concat([image, unknown]);
    const answer = await fetch(httpUrl + SINGLE, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    expect(detector.jobs[0]?.image).not.toHaveProperty('$unknown');
  });

  test('a request for a stream of answers counts until the last of them', async () => {
    const { grpcUrl } = await startServer({ maxBytesInFlight: 60_000 });
    const { uploads, analysis } = openHttp2(grpcUrl);
    const { upload } = await uploads.createUpload({ name: 'never.mp4', sizeBytes: 100n });
    const uploadIds = Array(1000).fill(upload?.id ?? '');
    const cancel = new AbortController();
    const begin = () => analysis.analyze({ uploadIds }, { signal: cancel.signal })[Symbol.asyncIterator]();
    const first = begin();
    await first.next();
    await expect(begin().next()).rejects.toMatchObject({
      code: Code.ResourceExhausted,
      rawMessage: expect.stringContaining('MAX_BYTES_IN_FLIGHT'),
    });
    cancel.abort();
    await expect(first.next()).rejects.toMatchObject({ code: Code.Canceled });
  });
});
