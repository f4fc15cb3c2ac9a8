import { HealthCheckResponse_ServingStatus as Status } from '@boxwire/proto/grpc/health/v1/health';
import { Code } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { DetectorError } from '../../src/detector/detector-error.ts';
import { openHttp2, PROTOCOLS } from './connect-clients.ts';
import { MODEL } from './fake-detector.ts';
import { collect, createFeed, imageOf, startServer, until, untilSteady } from './harness.ts';

/** What a stream reads ahead with the fake detector's concurrency of 2. */
const LOOK_AHEAD = 4;

test('answers in order, each image as soon as it is ready', async () => {
  const { grpcUrl, detector } = await startServer();
  const feed = createFeed<ReturnType<typeof imageOf>>();
  const answers = openHttp2(grpcUrl).predictions.predictMultipleImages(feed)[Symbol.asyncIterator]();
  feed.push(imageOf(1), imageOf(2), imageOf(3));
  await until(() => detector.jobs.length === 3);
  detector.jobs[2]?.answer();
  detector.jobs[0]?.answer();
  expect((await answers.next()).value).toMatchObject({ frame: 1, width: 2 });
  detector.jobs[1]?.answer();
  expect((await answers.next()).value).toMatchObject({ frame: 2, width: 3 });
  expect((await answers.next()).value).toMatchObject({ frame: 3, width: 4 });
  feed.end();
  expect((await answers.next()).done).toBe(true);
});

test('an empty stream has an empty answer', async () => {
  const { grpcUrl } = await startServer();
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.end();
  expect(await collect(openHttp2(grpcUrl).predictions.predictMultipleImages(feed))).toEqual([]);
});

test('an image without an answer is answered in its place, and the stream goes on', async () => {
  const { grpcUrl, detector, lines } = await startServer();
  const failures: Record<number, Error> = {
    2: new DetectorError('invalid', 'data is empty'),
    3: new DetectorError('too-large', 'MAX_PIXELS allows 7'),
    4: new DetectorError('unavailable', 'the worker died'),
    5: new Error('secret'),
  };
  detector.answerAll();
  detector.intercept = ({ width }) => {
    const failure = failures[width - 1];
    if (failure) throw failure;
  };
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(...[1, 2, 3, 4, 5, 6].map(imageOf));
  feed.end();
  const answers = await collect(openHttp2(grpcUrl).predictions.predictMultipleImages(feed));
  expect(
    answers.map(({ frame, object, error }) => [frame, object.length, error?.code, error?.message]),
  ).toEqual([
    [1, 1, undefined, undefined],
    [2, 0, Code.InvalidArgument, 'data is empty'],
    [3, 0, Code.ResourceExhausted, 'MAX_PIXELS allows 7'],
    [4, 0, Code.Unavailable, 'the worker died'],
    [5, 0, Code.Internal, 'internal'],
    [6, 1, undefined, undefined],
  ]);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 50, frame: 5, err: expect.objectContaining({ message: 'secret' }) }),
  );
});

test('a full queue slows a stream down, where a unary call is refused', async () => {
  const { grpcUrl, detector } = await startServer();
  detector.answerAll();
  const { predictions } = openHttp2(grpcUrl);
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(imageOf(1));
  feed.end();
  await collect(predictions.predictMultipleImages(feed));
  await predictions.predictSingleImage(imageOf(2));
  expect(detector.jobs.map(({ admission }) => admission)).toEqual(['patient', undefined]);
});

describe('memory is bounded by a few frames', () => {
  const FRAMES = 2_000;

  /** Frames of 16 KiB, counted as the client takes them. */
  function countedFrames() {
    const data = new Uint8Array(2 ** 14);
    const counter = { taken: 0 };
    async function* frames() {
      while (counter.taken < FRAMES) yield { ...imageOf(++counter.taken), data };
    }
    return { counter, frames };
  }

  test('of a client that sends faster than the detector works', async () => {
    const { grpcUrl, detector } = await startServer();
    const { counter, frames } = countedFrames();
    const { predictions, health } = openHttp2(grpcUrl);
    const answers = predictions.predictMultipleImages(frames())[Symbol.asyncIterator]();
    const first = answers.next();
    // One window of the stream holds 64 of these frames, the client's own buffers a few more.
    expect(await untilSteady(() => counter.taken)).toBeLessThan(200);
    expect(detector.jobs.length).toBe(LOOK_AHEAD);
    // Other calls on the same connection are not held up.
    await expect(health.check({})).resolves.toMatchObject({ status: Status.SERVING });
    detector.jobs[0]?.answer();
    await first;
    expect(await untilSteady(() => detector.jobs.length)).toBe(LOOK_AHEAD + 1);
    detector.answerAll();
    let frame = 1;
    for (let next = await answers.next(); !next.done; next = await answers.next()) {
      expect(next.value.frame).toBe(++frame);
    }
    expect(frame).toBe(FRAMES);
  });

  test('of a client that does not read its answers', async () => {
    const { grpcUrl, detector } = await startServer();
    const [box] = [
      { xmin: 1, ymin: 1, xmax: 2, ymax: 2, confidence: 0.5, classId: 1, name: MODEL.classes[1] as string },
    ];
    detector.intercept = () =>
      queueMicrotask(() => detector.jobs.at(-1)?.answer({ detections: Array(1000).fill(box) }));
    const { frames } = countedFrames();
    const answers = openHttp2(grpcUrl).predictions.predictMultipleImages(frames())[Symbol.asyncIterator]();
    await answers.next();
    expect(await untilSteady(() => detector.jobs.length)).toBeLessThan(200);
  });
});

/** A stream of 50 images, as far as it is read before the first one is answered. */
async function startLongStream() {
  const { grpcUrl, detector, lines } = await startServer();
  const cancel = new AbortController();
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(...Array.from({ length: 50 }, (_, i) => imageOf(i)));
  const { predictions } = openHttp2(grpcUrl);
  const answers = predictions.predictMultipleImages(feed, { signal: cancel.signal })[Symbol.asyncIterator]();
  const first = answers.next();
  await until(() => detector.jobs.length === LOOK_AHEAD);
  return { detector, lines, cancel, first };
}

test('after a cancel, only what was already given to the detector is computed', async () => {
  const { detector, lines, cancel, first } = await startLongStream();
  cancel.abort();
  await expect(first).rejects.toMatchObject({ code: Code.Canceled });
  await until(() => detector.jobs.every(({ signal }) => signal?.aborted));
  detector.answerAll();
  await until(() => lines.some(({ msg, code }) => msg === 'call finished' && code === 'canceled'));
  expect(await untilSteady(() => detector.jobs.length, 50)).toBe(LOOK_AHEAD);
});

test('a client that stops reading and cancels leaves nothing behind', async () => {
  const { detector, cancel, first } = await startLongStream();
  detector.jobs[0]?.answer();
  await first;
  await until(() => detector.jobs.length === LOOK_AHEAD + 1);
  cancel.abort();
  await until(() => detector.jobs.slice(1).every(({ signal }) => signal?.aborted));
});

test.each(PROTOCOLS)('%s: a stream past its deadline is ended, its work dropped', async (protocol) => {
  const { grpcUrl, detector } = await startServer();
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(imageOf(1), imageOf(2));
  const { predictions } = openHttp2(grpcUrl, protocol);
  const call = collect(predictions.predictMultipleImages(feed, { timeoutMs: 500 }));
  await expect(call).rejects.toMatchObject({ code: Code.DeadlineExceeded });
  await until(() => detector.jobs.length > 0 && detector.jobs.every(({ signal }) => signal?.aborted));
});

test('says in the log when a frame comes and when its answer goes, without its contents', async () => {
  const { grpcUrl, detector, lines } = await startServer();
  detector.answerAll();
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(imageOf(41), imageOf(42));
  feed.end();
  const headers = { 'x-request-id': 'clip-1' };
  await collect(openHttp2(grpcUrl).predictions.predictMultipleImages(feed, { headers }));
  await until(() => lines.some(({ msg }) => msg === 'call finished'));
  const told = lines.map(({ requestId, frame, msg }) => [requestId, msg, frame]);
  for (const frame of [41, 42]) {
    expect(told).toContainEqual(['clip-1', 'frame received', frame]);
    expect(told).toContainEqual(['clip-1', 'frame answered', frame]);
  }
  expect(Math.max(...lines.map((line) => JSON.stringify(line).length))).toBeLessThan(400);
});

test('empty frames, which cost nothing to send, leave few lines in the log, and those after them are told of', async () => {
  const { grpcUrl, detector, lines } = await startServer();
  detector.answerAll();
  detector.intercept = ({ width }) => {
    if (width <= 1000) throw new DetectorError('invalid', 'data is empty');
  };
  const feed = createFeed<ReturnType<typeof imageOf>>();
  const answers = collect(openHttp2(grpcUrl).predictions.predictMultipleImages(feed));
  feed.push(...Array.from({ length: 1000 }, (_, frame) => imageOf(frame)));
  feed.push(imageOf(1000), imageOf(1001));
  feed.end();
  expect((await answers).length).toBe(1002);
  await until(() => lines.some(({ msg }) => msg === 'call finished'));
  expect(lines.length).toBeLessThan(40);
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'frame answered', frame: 1000, objects: 1 }));
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'frame answered', frame: 1001, objects: 1 }));
});
