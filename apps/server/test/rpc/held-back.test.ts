import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Code } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { Gate } from '../../src/detector/gate.ts';
import { openHttp2, openRawStream, PROTOCOLS } from './connect-clients.ts';
import { createFakeDetector, type FakeDetector, resultFor } from './fake-detector.ts';
import { collect, createFeed, imageOf, startServer, until, untilSteady } from './harness.ts';

type Feed = ReturnType<typeof createFeed<ReturnType<typeof imageOf>>>;

const openFeed = (): Feed => createFeed();

describe('while others have brought enough, a stream', () => {
  test.each(PROTOCOLS)('%s: is not read on until it is its turn', async (protocol) => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    detector.holdBack(true);
    const feed = openFeed();
    feed.push(imageOf(1), imageOf(2));
    feed.end();
    const answers = collect(openHttp2(grpcUrl, protocol).predictions.predictMultipleImages(feed));
    expect(await untilSteady(() => detector.jobs.length)).toBe(0);
    detector.holdBack(false);
    expect((await answers).map(({ frame }) => frame)).toEqual([1, 2]);
  });

  test('still ends as soon as its client has no more', async () => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    const feed = openFeed();
    feed.push(imageOf(1));
    const answers = openHttp2(grpcUrl).predictions.predictMultipleImages(feed)[Symbol.asyncIterator]();
    await expect(answers.next()).resolves.toMatchObject({ value: { frame: 1 } });
    detector.holdBack(true);
    feed.end();
    await expect(answers.next()).resolves.toMatchObject({ done: true });
  });

  test('is not idle, and has all the time for its message afterwards', async () => {
    const { grpcUrl, detector } = await startServer({ streamIdleTimeoutMs: 500, requestTimeoutMs: 500 });
    detector.answerAll();
    detector.holdBack(true);
    const call = openRawStream(grpcUrl);
    // One message: field 5, `frame`, twice.
    call.write(Buffer.from([0, 0, 0, 0, 4, 5 << 3, 1]));
    await sleep(1200);
    detector.holdBack(false);
    await sleep(250);
    call.write(Buffer.from([5 << 3]));
    await sleep(400);
    call.end(Buffer.from([2]));
    const [trailers] = await Promise.all([once(call, 'trailers'), collect(call)]);
    expect(trailers[0]).toMatchObject({ 'grpc-status': '0' });
    expect(detector.jobs.map(({ image }) => image)).toMatchObject([{ frame: 2 }]);
  });

  test.each([
    ['ends within a head', [0, 0], Code.InvalidArgument],
    ['ends behind a head', [0, 0, 0, 0, 9], Code.InvalidArgument],
    ['ends behind the head of a large message', [0, 0, 1, 0, 0], Code.InvalidArgument],
    ['ends within a small message', [0, 0, 0, 0, 9, 5 << 3], Code.InvalidArgument],
    ['ends within a large message', [0, 0, 1, 0, 0, 5 << 3], Code.InvalidArgument],
    ['sends what is no message', [0, 0, 0, 0, 2, 0xff, 0xff], Code.InvalidArgument],
    ['sends more than it may', [0, 0x7f, 0xff, 0xff, 0xff, 1], Code.ResourceExhausted],
  ])('that %s is told so when it is its turn', async (_name, bytes, code) => {
    const { grpcUrl, detector } = await startServer({ maxMessageBytes: 100_000 });
    detector.holdBack(true);
    const call = openRawStream(grpcUrl);
    let status: unknown;
    for (const event of ['response', 'trailers'])
      call.on(event, (headers) => (status ??= headers['grpc-status']));
    const closed = collect(call);
    call.end(Buffer.from(bytes));
    await sleep(200);
    detector.holdBack(false);
    await closed;
    expect(status).toBe(`${code}`);
    expect(detector.jobs).toEqual([]);
  });

  test('gives its place up when its client leaves, and when the server shuts down', async () => {
    const gate = new Gate({ capacity: 1, maxWaiting: 0 });
    const detector: FakeDetector = { ...createFakeDetector(), backlog: gate.backlog };
    const { server, grpcUrl } = await startServer({ shutdownGraceMs: 5000 }, { detector });
    const inside = await gate.enter();
    const waiting = Array.from({ length: 4 }, () => gate.enter({ admission: 'patient' }));
    const abort = new AbortController();
    const { predictions } = openHttp2(grpcUrl);
    const feeds = [openFeed(), openFeed()];
    for (const feed of feeds) feed.push(imageOf(1));
    const left = collect(predictions.predictMultipleImages(feeds[0] as Feed, { signal: abort.signal }));
    const told = collect(predictions.predictMultipleImages(feeds[1] as Feed));
    await sleep(300);
    const next = gate.backlog.announce();
    abort.abort();
    await expect(left).rejects.toMatchObject({ code: Code.Canceled });
    const shutdown = server.shutdown();
    await expect(told).rejects.toMatchObject({ code: Code.Unavailable });
    await shutdown;
    expect(detector.jobs).toEqual([]);
    // With one image taken one may come: neither of the two has the place.
    inside();
    await waiting[0];
    await next.turn;
  });

  test('announces each message, also those that come with the bytes of another', async () => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    const call = openRawStream(grpcUrl);
    // Three messages: field 5, `frame`.
    call.end(Buffer.from([1, 2, 3].flatMap((frame) => [0, 0, 0, 0, 2, 5 << 3, frame])));
    await collect(call);
    expect(detector.jobs.map(({ image }) => image)).toMatchObject([{ frame: 1 }, { frame: 2 }, { frame: 3 }]);
    expect(detector.announced).toHaveLength(3);
  });

  test('that has one behind the other in a few bytes has each in its turn', async () => {
    const gate = new Gate({ capacity: 1, maxWaiting: 0 });
    const fake = createFakeDetector();
    const inside: (() => void)[] = [];
    const order: string[] = [];
    const detector: FakeDetector = {
      ...fake,
      backlog: gate.backlog,
      async detect(image, _options, turn = {}) {
        const leave = await gate.enter(turn);
        order.push(image.width < 100 ? 'crowd' : 'other');
        await new Promise<void>((resolve) => inside.push(resolve));
        leave();
        return resultFor(image);
      },
    };
    const { grpcUrl } = await startServer({}, { detector });
    const crowds = [1, 2, 3].map(() => {
      const feed = openFeed();
      feed.push(...Array.from({ length: 30 }, (_, i) => imageOf(i + 1)));
      feed.end();
      return collect(openHttp2(grpcUrl).predictions.predictMultipleImages(feed));
    });
    await untilSteady(() => inside.length);
    const feed = openFeed();
    feed.push(...[1, 2, 3].map(() => imageOf(100)));
    feed.end();
    const other = collect(openHttp2(grpcUrl).predictions.predictMultipleImages(feed));
    await sleep(300);
    for (let i = 0; i < 93; i++) {
      await until(() => inside.length > 0);
      inside.shift()?.();
      await sleep(5);
    }
    await Promise.all([other, ...crowds]);
    // A round is one of each; the first four waited before it came.
    expect(order.lastIndexOf('other')).toBeLessThan(40);
  });
});

test('of many streams only a few have images here at a time, and all get their turns', async () => {
  const STREAMS = 24;
  const gate = new Gate({ capacity: 2, maxWaiting: 0 });
  let here = 0;
  let peak = 0;
  const inside: (() => void)[] = [];
  const detector: FakeDetector = {
    ...createFakeDetector(),
    backlog: gate.backlog,
    async detect(image, _options, turn = {}) {
      peak = Math.max(peak, ++here);
      const leave = await gate.enter({ ...turn, bytes: image.data.length });
      await new Promise<void>((resolve) => inside.push(resolve));
      here--;
      leave();
      return resultFor(image);
    },
  };
  const { grpcUrl } = await startServer({}, { detector });
  // So large that they go around the library.
  const large = (frame: number) => ({
    ...imageOf(frame),
    width: 1000,
    height: 100,
    data: new Uint8Array(100_000),
  });
  const answered = Array<number>(STREAMS).fill(0);
  const feeds = answered.map(openFeed);
  const streams = feeds.map(async (feed, stream) => {
    feed.push(large(1));
    for await (const { frame } of openHttp2(grpcUrl).predictions.predictMultipleImages(feed)) {
      expect(frame).toBe((answered[stream] as number) + 1);
      answered[stream] = frame;
    }
  });
  // Two inside, and four times as many behind them; a few more where the machine is slow.
  expect(await untilSteady(() => here)).toBeLessThan(STREAMS / 2 + 3);
  for (const feed of feeds) {
    feed.push(large(2), large(3));
    feed.end();
  }
  for (let i = 0; i < STREAMS * 3; i++) {
    await until(() => inside.length > 0);
    inside.shift()?.();
    const total = () => answered.reduce((sum, count) => sum + count, 0);
    await until(() => total() === i + 1);
    if (i + 1 === STREAMS) expect(answered).toEqual(Array(STREAMS).fill(1));
  }
  await Promise.all(streams);
  expect(peak).toBeLessThan(STREAMS);
});
