// Images so large that their data goes around the library.
import { Code } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { openHttp1, openHttp2, openPage, PROTOCOLS } from './connect-clients.ts';
import { collect, createFeed, startServer, until } from './harness.ts';

const SIZE = 300_000;

/** Different in each place, and for each frame. */
function dataOf(frame: number): Uint8Array {
  return Uint8Array.from({ length: SIZE }, (_, i) => (i * 7 + frame * 31) % 256);
}

function largeImage(frame: number) {
  return {
    mode: 'L',
    width: SIZE,
    height: 1,
    data: dataOf(frame),
    frame,
    options: { confidence: frame / 100 },
  };
}

const equals = (data: Uint8Array | undefined, frame: number) =>
  data !== undefined && Buffer.compare(data, dataOf(frame)) === 0;

test('a single one as a page sends it, which says how long it is', async () => {
  const { httpUrl, detector } = await startServer();
  const call = openPage(httpUrl).predictions.predictSingleImage(largeImage(5));
  await until(() => detector.jobs.length === 1);
  expect(equals(detector.jobs[0]?.image.data, 5)).toBe(true);
  expect(detector.jobs[0]?.image.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(detector.jobs[0]?.options.confidence).toBeCloseTo(0.05);
  detector.answerAll();
  await expect(call).resolves.toMatchObject({ frame: 5 });
});

describe.each(PROTOCOLS)('%s', (protocol) => {
  test('each of a stream arrives as it was sent, and stays so until it is answered', async () => {
    const { grpcUrl, detector } = await startServer();
    const feed = createFeed<ReturnType<typeof largeImage>>();
    const answers = openHttp2(grpcUrl, protocol)
      .predictions.predictMultipleImages(feed)
      [Symbol.asyncIterator]();
    feed.push(...[1, 2, 3, 4, 5, 6, 7, 8].map(largeImage));
    feed.end();
    for (let frame = 1; frame <= 8; frame++) {
      const readAhead = Math.min(frame + 3, 8);
      await until(() => detector.jobs.length === readAhead);
      for (let held = frame; held <= readAhead; held++) {
        const job = detector.jobs[held - 1];
        expect(equals(job?.image.data, held), `image ${held} before the answer to ${frame}`).toBe(true);
        expect(job?.options.confidence).toBeCloseTo(held / 100);
      }
      detector.jobs[frame - 1]?.answer();
      expect((await answers.next()).value).toMatchObject({ frame });
    }
    expect((await answers.next()).done).toBe(true);
  });

  test('single ones, many at once', async () => {
    const { grpcUrl, detector } = await startServer();
    const { predictions } = openHttp2(grpcUrl, protocol);
    const frames = [1, 2, 3, 4, 5, 6];
    const calls = frames.map((frame) => predictions.predictSingleImage(largeImage(frame)));
    await until(() => detector.jobs.length === frames.length);
    for (const { image, options } of detector.jobs) {
      expect(equals(image.data, Math.round(Number(options.confidence) * 100))).toBe(true);
    }
    detector.answerAll();
    expect((await Promise.all(calls)).map(({ frame }) => frame)).toEqual(frames);
  });

  test('one over the limit is refused by its name', async () => {
    const { grpcUrl } = await startServer({ maxMessageBytes: SIZE });
    const call = openHttp2(grpcUrl, protocol).predictions.predictSingleImage(largeImage(1));
    await expect(call).rejects.toMatchObject({
      code: Code.ResourceExhausted,
      rawMessage: expect.stringContaining('MAX_MESSAGE_BYTES'),
    });
  });
});

test.each(['grpc-web', 'connect'] as const)('%s over HTTP/1.1', async (protocol) => {
  const { httpUrl, detector } = await startServer();
  const call = openHttp1(httpUrl, protocol).predictions.predictSingleImage(largeImage(5));
  await until(() => detector.jobs.length === 1);
  expect(equals(detector.jobs[0]?.image.data, 5)).toBe(true);
  detector.answerAll();
  await call;
});

test('memory of a call that was given up is not used again: somebody may still read it', async () => {
  const { grpcUrl, detector } = await startServer();
  const { predictions } = openHttp2(grpcUrl);
  const cancel = new AbortController();
  const given = predictions.predictSingleImage(largeImage(1), { signal: cancel.signal });
  const feed = createFeed<ReturnType<typeof largeImage>>();
  feed.push(largeImage(2));
  const stream = collect(predictions.predictMultipleImages(feed, { signal: cancel.signal }));
  await until(() => detector.jobs.length === 2);
  const held = detector.jobs.map(({ image }) => [image.data, image.data.slice()] as const);
  cancel.abort();
  await Promise.all(
    [given, stream].map((call) => expect(call).rejects.toMatchObject({ code: Code.Canceled })),
  );
  await until(() => detector.jobs.every(({ signal }) => signal?.aborted));
  detector.answerAll();
  for (const frame of [11, 12, 13]) await predictions.predictSingleImage(largeImage(frame));
  for (const [data, copy] of held) expect(Buffer.compare(data, copy)).toBe(0);
});

test('memory of answered images is used again', async () => {
  const { grpcUrl, detector } = await startServer();
  const { predictions } = openHttp2(grpcUrl);
  detector.answerAll();
  for (let frame = 1; frame <= 20; frame++) await predictions.predictSingleImage(largeImage(frame));
  expect(new Set(detector.jobs.map(({ image }) => image.data.buffer)).size).toBeLessThan(5);
});
