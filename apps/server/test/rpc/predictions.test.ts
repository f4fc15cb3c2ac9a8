import { connect, constants } from 'node:http2';
import { RetryInfoSchema } from '@boxwire/proto/google/rpc/error_details';
import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DetectorError, type DetectorErrorKind } from '../../src/detector/detector-error.ts';
import { openHttp1, openHttp2 } from './connect-clients.ts';
import { createFeed, imageOf, startServer, until } from './harness.ts';

test('answers one image on both ports', async () => {
  const { grpcUrl, httpUrl, detector } = await startServer();
  detector.answerAll();
  for (const { predictions } of [openHttp2(grpcUrl), openHttp1(httpUrl)]) {
    const answer = await predictions.predictSingleImage(imageOf(7));
    expect(answer).toMatchObject({
      frame: 7,
      ...{ width: 8, height: 1, model: 'fake' },
      object: [{ xmin: 0.5, ymin: 1, xmax: 8, ymax: 1, name: 'bottle', confidence: 0.75, classId: 0 }],
      timings: { decodeMs: 1, queueMs: 2, preprocessMs: 3, inferenceMs: 4, postprocessMs: 5 },
    });
    expect(answer.error).toBeUndefined();
  }
  expect(
    detector.jobs.map(({ image: { mode, width, height, data } }) => [mode, width, height, data.length]),
  ).toEqual([
    ['L', 8, 1, 8],
    ['L', 8, 1, 8],
  ]);
});

test('in JSON, each number is there, be it 0', async () => {
  const { httpUrl, detector } = await startServer();
  detector.answerAll();
  const answer = await fetch(`${httpUrl}/mlpredictions.MlPredictions/PredictSingleImage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'L', width: 8, height: 1, data: 'AAAAAAAAAAA=' }),
  });
  expect(await answer.json()).toMatchObject({ frame: 0, object: [{ xmin: 0.5, classId: 0 }] });
});

test('hands options to the detector, and leaves out what was left out', async () => {
  const { grpcUrl, detector } = await startServer();
  detector.answerAll();
  const { predictions } = openHttp2(grpcUrl);
  await predictions.predictSingleImage(imageOf(1));
  await predictions.predictSingleImage({
    ...imageOf(1),
    options: { confidence: 0, classes: ['cup'], unclipped: true },
  });
  expect(detector.jobs[0]?.options).toEqual({});
  expect(detector.jobs[1]?.options).toMatchObject({ confidence: 0, classes: ['cup'], unclipped: true });
  expect(detector.jobs[1]?.options.iou).toBeUndefined();
});

describe('what the detector refuses is the status of a unary call', () => {
  const kinds: [DetectorErrorKind, Code][] = [
    ['invalid', Code.InvalidArgument],
    ['too-large', Code.ResourceExhausted],
    ['overloaded', Code.ResourceExhausted],
    ['unavailable', Code.Unavailable],
  ];
  test.each(kinds)('%s', async (kind, code) => {
    const { grpcUrl, detector } = await startServer();
    detector.intercept = () => {
      throw new DetectorError(kind, 'width is 0');
    };
    const call = openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1));
    await expect(call).rejects.toMatchObject({ code, rawMessage: 'width is 0' });
  });

  test('an overload with the time after which to try again', async () => {
    const { grpcUrl, detector } = await startServer();
    detector.intercept = () => {
      throw new DetectorError('overloaded', 'too much', { retryAfterMs: 1250 });
    };
    const call = openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1));
    const error = ConnectError.from(await call.catch((thrown: unknown) => thrown));
    const [info] = error.findDetails(RetryInfoSchema);
    expect(info?.retryDelay).toMatchObject({ seconds: 1n, nanos: 250_000_000 });
  });
});

test('an internal error is masked, its cause logged with the request id', async () => {
  const { grpcUrl, detector, lines } = await startServer();
  detector.intercept = () => {
    throw new Error('secret path /etc/x');
  };
  const headers = { 'x-request-id': 'find-me' };
  const call = openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1), { headers });
  await expect(call).rejects.toMatchObject({ code: Code.Internal, rawMessage: 'internal' });
  expect(lines).toContainEqual(
    expect.objectContaining({
      requestId: 'find-me',
      level: 50,
      err: expect.objectContaining({ message: 'secret path /etc/x' }),
    }),
  );
});

test('predictions are unavailable until the model is warm', async () => {
  const { grpcUrl, server, detector } = await startServer(
    { maxDetections: 300, maxPixels: 5_000 },
    { warm: false },
  );
  detector.answerAll();
  const { predictions, model } = openHttp2(grpcUrl);
  const refused = { code: Code.Unavailable, rawMessage: 'the model is still being loaded; try again soon' };
  await expect(predictions.predictSingleImage(imageOf(1))).rejects.toMatchObject(refused);
  await expect(model.getModel({})).rejects.toMatchObject(refused);
  const answers = predictions.predictMultipleImages(createFeed())[Symbol.asyncIterator]();
  await expect(answers.next()).rejects.toMatchObject(refused);
  server.serve(detector, 'stands in');
  await expect(predictions.predictSingleImage(imageOf(1))).resolves.toMatchObject({ frame: 1 });
  await expect(model.getModel({})).resolves.toMatchObject({
    model: { name: 'fake', classes: ['bottle', 'cup'], stride: 32, fixedWidth: 0, sha256: 'ab'.repeat(32) },
    notice: 'stands in',
    limits: { maxDetections: 300, maxPixels: 5_000, maxMessageBytes: 33_554_432 },
  });
});

describe('a unary call that nobody waits for', () => {
  test('past its deadline', async () => {
    const { grpcUrl, detector } = await startServer();
    const call = openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1), { timeoutMs: 500 });
    await expect(call).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    await until(() => detector.jobs[0]?.signal?.aborted === true);
  });

  test('cancelled', async () => {
    const { grpcUrl, detector, lines } = await startServer();
    const cancel = new AbortController();
    const call = openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1), { signal: cancel.signal });
    await Promise.all([
      until(() => detector.jobs.length === 1).then(() => cancel.abort()),
      expect(call).rejects.toMatchObject({ code: Code.Canceled }),
    ]);
    await until(() => detector.jobs[0]?.signal?.aborted === true);
    await until(() => lines.some(({ msg, code }) => msg === 'call finished' && code === 'canceled'));
  });

  test('cut off by a client that calls it an error', async () => {
    const { grpcUrl, detector, lines } = await startServer();
    const session = connect(grpcUrl);
    onTestFinished(() => session.destroy());
    const path = '/mlpredictions.MlPredictions/PredictSingleImage';
    const call = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
    call.on('error', () => {});
    call.end(Buffer.from([0, 0, 0, 0, 0]));
    await until(() => detector.jobs.length === 1);
    call.close(constants.NGHTTP2_INTERNAL_ERROR);
    await until(() => lines.some(({ msg }) => msg === 'call finished'));
    expect(lines).toMatchObject([{ level: 30, code: 'canceled' }]);
  });

  test('a deadline beyond what timers can count is none', async () => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    for (const protocol of ['grpc', 'connect'] as const) {
      const { predictions } = openHttp2(grpcUrl, protocol);
      const headers = { 'grpc-timeout': '99999999H', 'connect-timeout-ms': '9999999999' };
      await expect(predictions.predictSingleImage(imageOf(3), { headers })).resolves.toMatchObject({
        frame: 3,
      });
    }
  });
});

test('without tokens each single call is a caller of its own', async () => {
  const { grpcUrl, detector } = await startServer();
  detector.answerAll();
  await openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1));
  expect(detector.jobs[0]?.caller).toBeUndefined();
});
