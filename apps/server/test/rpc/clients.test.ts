import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { Code } from '@connectrpc/connect';
import { Client, credentials } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DetectorError } from '../../src/detector/detector-error.ts';
import { openHttp1, openHttp2, PROTOCOLS } from './connect-clients.ts';
import type { FakeDetector } from './fake-detector.ts';
import { type GrpcCollection, openGrpcJs } from './grpc-js-client.ts';
import { collect, createFeed, imageOf, startServer, until } from './harness.ts';

/** What a call may be given, whatever the client. */
interface CallSettings {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

interface TestClient {
  single(frame: number, settings?: CallSettings): Promise<{ frame: number }>;
  /** Sends these frames and ends; or, with an open end, never. */
  multiple(frames: number[], settings?: CallSettings & { openEnd?: boolean }): Promise<{ frame: number }[]>;
}

type Urls = { grpcUrl: string; httpUrl: string };

function connectClient({ predictions }: ReturnType<typeof openHttp2>): TestClient {
  return {
    single: (frame, settings) => predictions.predictSingleImage(imageOf(frame), settings),
    multiple(frames, { openEnd, ...settings } = {}) {
      const feed = createFeed<ReturnType<typeof imageOf>>();
      feed.push(...frames.map(imageOf));
      if (!openEnd) feed.end();
      return collect(predictions.predictMultipleImages(feed, settings));
    },
  };
}

function grpcJsClient(url: string): TestClient {
  const client = openGrpcJs(url);
  const toOptions = ({ timeoutMs }: CallSettings) => (timeoutMs ? { deadline: Date.now() + timeoutMs } : {});
  return {
    single: (frame, settings = {}) => client.single(imageOf(frame), toOptions(settings), settings.signal),
    multiple(frames, { openEnd, ...settings } = {}) {
      const call = client.multiple(toOptions(settings));
      settings.signal?.addEventListener('abort', () => call.cancel());
      for (const frame of frames) call.write(imageOf(frame));
      if (!openEnd) call.end();
      return collect<GrpcCollection>(call);
    },
  };
}

const CLIENTS: [string, (urls: Urls) => TestClient][] = [
  ['grpc-js', ({ grpcUrl }) => grpcJsClient(grpcUrl)],
  ...PROTOCOLS.map((protocol): [string, (urls: Urls) => TestClient] => [
    `connect-node, ${protocol}`,
    ({ grpcUrl }) => connectClient(openHttp2(grpcUrl, protocol)),
  ]),
];

const BROWSER_LIKE: [string, (urls: Urls) => TestClient][] = (['grpc-web', 'connect'] as const).map(
  (protocol) => [
    `connect-node over HTTP/1.1, ${protocol}`,
    ({ httpUrl }) => connectClient(openHttp1(httpUrl, protocol)),
  ],
);

const refuse = (detector: FakeDetector) => {
  detector.intercept = () => {
    throw new DetectorError('invalid', 'width is 0, ünd so weiter');
  };
};

describe.each([...CLIENTS, ...BROWSER_LIKE])('%s, one image', (_name, open) => {
  test('answer', async () => {
    const harness = await startServer();
    harness.detector.answerAll();
    const answer = await open(harness).single(3);
    expect(answer).toMatchObject({ frame: 3, object: [{ name: 'bottle', xmin: 0.5, xmax: 4 }] });
  });

  test('error', async () => {
    const harness = await startServer();
    refuse(harness.detector);
    const call = open(harness).single(3);
    await expect(call).rejects.toMatchObject({ code: Code.InvalidArgument });
    await expect(call).rejects.toThrow('width is 0, ünd so weiter');
  });

  test('deadline', async () => {
    const harness = await startServer();
    const call = open(harness).single(3, { timeoutMs: 500 });
    await expect(call).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    await until(() => harness.detector.jobs[0]?.signal?.aborted === true);
  });

  test('cancel', async () => {
    const harness = await startServer();
    const cancel = new AbortController();
    const call = open(harness).single(3, { signal: cancel.signal });
    const refused = expect(call).rejects.toMatchObject({ code: Code.Canceled });
    await until(() => harness.detector.jobs.length === 1);
    cancel.abort();
    await refused;
    await until(() => harness.detector.jobs[0]?.signal?.aborted === true);
  });
});

describe.each(CLIENTS)('%s, a stream', (_name, open) => {
  const frames = Array.from({ length: 20 }, (_, i) => i + 1);

  test('answer', async () => {
    const harness = await startServer();
    harness.detector.answerAll();
    const answers = await open(harness).multiple(frames);
    expect(answers.map(({ frame }) => frame)).toEqual(frames);
  });

  test('error', async () => {
    const harness = await startServer();
    refuse(harness.detector);
    const answers = await open(harness).multiple([1, 2]);
    const error = { code: Code.InvalidArgument, message: 'width is 0, ünd so weiter' };
    expect(answers).toMatchObject([1, 2].map((frame) => ({ frame, error })));
  });

  test('deadline', async () => {
    const harness = await startServer();
    const call = open(harness).multiple(frames, { timeoutMs: 500 });
    await expect(call).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    await until(() => harness.detector.jobs.every(({ signal }) => signal?.aborted));
  });

  test('cancel', async () => {
    const harness = await startServer();
    const cancel = new AbortController();
    const call = open(harness).multiple(frames, { signal: cancel.signal, openEnd: true });
    const refused = expect(call).rejects.toMatchObject({ code: Code.Canceled });
    await until(() => harness.detector.jobs.length === 4);
    cancel.abort();
    await refused;
    await until(() => harness.detector.jobs.every(({ signal }) => signal?.aborted));
    expect(harness.detector.jobs.length).toBe(4);
  });
});

test('a method that is not there is unimplemented', async () => {
  const { grpcUrl } = await startServer();
  const client = new Client(new URL(grpcUrl).host, credentials.createInsecure());
  onTestFinished(() => client.close());
  const bytes = (value: Buffer) => value;
  const error = await new Promise((resolve) => {
    client.makeUnaryRequest('/mlpredictions.MlPredictions/Nothing', bytes, bytes, Buffer.alloc(0), resolve);
  });
  expect(error).toMatchObject({ code: Code.Unimplemented });
});

test('a stream over HTTP/1.1 is refused, not half working', async () => {
  const { httpUrl } = await startServer();
  const { predictions } = openHttp1(httpUrl);
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(imageOf(1));
  feed.end();
  await expect(collect(predictions.predictMultipleImages(feed))).rejects.toThrow();
});

test('an error before the first message comes in the first headers alone, so that gRPC clients may try again', async () => {
  const { grpcUrl } = await startServer({}, { warm: false });
  const session = connectHttp2(grpcUrl);
  onTestFinished(() => session.destroy());
  for (const method of ['PredictSingleImage', 'PredictMultipleImages']) {
    const call = session.request({
      ...{ ':method': 'POST', ':path': `/mlpredictions.MlPredictions/${method}` },
      ...{ 'content-type': 'application/grpc', te: 'trailers' },
    });
    call.end(Buffer.alloc(5));
    const [headers, flags] = await once(call, 'response');
    expect(headers).toMatchObject({ ':status': 200, 'grpc-status': String(Code.Unavailable) });
    expect(flags & constants.NGHTTP2_FLAG_END_STREAM).not.toBe(0);
  }
});
