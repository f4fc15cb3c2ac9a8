// What all calls together may hold: bytes that are read and not answered, whatever they come as.
import { Code } from '@connectrpc/connect';
import { compressionGzip } from '@connectrpc/connect-node';
import { describe, expect, test } from 'vitest';
import { ANYBODY } from '../../src/access/caller.ts';
import { createByteAccount } from '../../src/access/quota.ts';
import { Meter } from '../../src/rpc/meter.ts';
import { openHttp1, openHttp2, PROTOCOLS } from './connect-clients.ts';
import { createFeed, imageOf, startServer, until, untilSteady } from './harness.ts';
import { callHeaders, FLAG, FRAME, frame, openHttp2Socket } from './http2-frames.ts';

const SINGLE = '/mlpredictions.MlPredictions/PredictSingleImage';
const begin = (streamId: number) => frame(FRAME.headers, FLAG.endHeaders, streamId, callHeaders(SINGLE));

function feedOf(images: readonly ReturnType<typeof imageOf>[]) {
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(...images);
  feed.end();
  return feed;
}

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
    const meter = new Meter(ANYBODY, createByteAccount(100_000));
    await meter.inflated(60_000);
    meter.end();
    await expect(meter.inflated(10)).rejects.toMatchObject({ code: Code.Canceled });
  });

  test('nor where it waits for room', async () => {
    const account = createByteAccount(100_000);
    const meter = new Meter(ANYBODY, account);
    await meter.inflated(60_000);
    await meter.messageRead(new AbortController().signal);
    const more = meter.inflated(60_000);
    meter.end();
    await expect(more).rejects.toMatchObject({ code: Code.Canceled });
    expect(account.used).toBe(0);
  });

  test('half of the room is for bytes that are there', () => {
    const account = createByteAccount(100_000);
    const meter = new Meter(ANYBODY, account);
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

  test('a request for a stream of answers counts until the last of them', async () => {
    const { grpcUrl } = await startServer({ maxBytesInFlight: 6000, maxUploads: 100 });
    const { uploads, analysis } = openHttp2(grpcUrl);
    const create = () => uploads.createUpload({ name: 'never.mp4', sizeBytes: 100n });
    const created = await Promise.all(Array.from({ length: 100 }, create));
    const uploadIds = created.map(({ upload }) => upload?.id ?? '');
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
