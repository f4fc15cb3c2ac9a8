// What Prometheus fetches: who may, and that the figures are those of what was done.
import { Code } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { DetectorError } from '../../src/detector/detector-error.ts';
import { openHttp1, openHttp2 } from './connect-clients.ts';
import { collect, createFeed, imageOf, startServer, until } from './harness.ts';
import { writeTokens } from './token-file.ts';

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** Each figure by its name and labels, as Prometheus' text format has them. */
async function readFigures(httpUrl: string): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${httpUrl}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await answer.text()).split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end))];
    }),
  );
}

const labels = (method: string, type: string) =>
  `grpc_type="${type}",grpc_service="mlpredictions.MlPredictions",grpc_method="${method}"`;
const SINGLE = labels('PredictSingleImage', 'unary');
const MANY = labels('PredictMultipleImages', 'bidi_stream');

describe('who may read them', () => {
  test('nobody, unless METRICS says so', async () => {
    const { httpUrl } = await startServer();
    await expect(fetch(`${httpUrl}/metrics`)).resolves.toMatchObject({ status: 404 });
  });

  test('token: whoever may call', async () => {
    const { tokens, tokensFile } = writeTokens(['prometheus']);
    const { httpUrl } = await startServer({ metrics: 'token', tokensFile });
    const url = `${httpUrl}/metrics`;
    const refused = await fetch(url);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    await expect(refused.text()).resolves.toMatch(/^a token is needed.*\n$/);
    await expect(fetch(url, bearer('wrong'))).resolves.toMatchObject({ status: 401 });
    await expect(fetch(url, bearer(tokens.prometheus))).resolves.toMatchObject({ status: 200 });
  });

  test('token, where calls need none: everybody', async () => {
    const { httpUrl } = await startServer({ metrics: 'token' });
    await expect(fetch(`${httpUrl}/metrics?debug=1`)).resolves.toMatchObject({ status: 200 });
  });

  test('open: everybody, and only to read', async () => {
    const { tokensFile } = writeTokens(['somebody']);
    const { httpUrl } = await startServer({ metrics: 'open', tokensFile });
    const url = `${httpUrl}/metrics`;
    await expect(fetch(url)).resolves.toMatchObject({ status: 200 });
    const posted = await fetch(url, { method: 'POST', body: 'x' });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
    await expect(fetch(url, { method: 'HEAD' })).resolves.toMatchObject({ status: 200 });
  });
});

test('calls, by method and code, in every protocol', async () => {
  const { grpcUrl, httpUrl, detector } = await startServer({ metrics: 'open' });
  detector.answerAll();
  const { predictions } = openHttp2(grpcUrl);
  await predictions.predictSingleImage(imageOf(1));
  await openHttp1(httpUrl).predictions.predictSingleImage(imageOf(1));
  detector.intercept = () => {
    throw new DetectorError('invalid', 'mode is wrong');
  };
  await expect(predictions.predictSingleImage(imageOf(1))).rejects.toMatchObject({
    code: Code.InvalidArgument,
  });
  const figures = await readFigures(httpUrl);
  expect(figures.get(`grpc_server_started_total{${SINGLE}}`)).toBe(3);
  expect(figures.get(`grpc_server_handled_total{${SINGLE},grpc_code="OK"}`)).toBe(2);
  expect(figures.get(`grpc_server_handled_total{${SINGLE},grpc_code="InvalidArgument"}`)).toBe(1);
  expect(figures.get(`grpc_server_handling_seconds_count{${SINGLE}}`)).toBe(3);
});

test('a call that is refused before it is read counts, with its code', async () => {
  const { tokensFile } = writeTokens(['somebody']);
  const { grpcUrl, httpUrl } = await startServer({ metrics: 'open', tokensFile });
  const call = openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1));
  await expect(call).rejects.toMatchObject({ code: Code.Unauthenticated });
  const figures = await readFigures(httpUrl);
  expect(figures.get(`grpc_server_handled_total{${SINGLE},grpc_code="Unauthenticated"}`)).toBe(1);
});

test('paths and names that strangers make up make no figures', async () => {
  const { httpUrl } = await startServer({ metrics: 'open' });
  const before = await readFigures(httpUrl);
  const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  await fetch(`${httpUrl}/mlpredictions.MlPredictions/Unheard`, json);
  await fetch(`${httpUrl}/unheard.Service/Unheard`, json);
  const after = await readFigures(httpUrl);
  expect([...after.keys()].filter((key) => key.includes('nheard'))).toEqual([]);
  expect(after.size).toBe(before.size);
});

test('images: what became of them, how long each stage took, and how many are under way', async () => {
  const { grpcUrl, httpUrl, detector } = await startServer({ metrics: 'open' });
  const feed = createFeed<ReturnType<typeof imageOf>>();
  feed.push(imageOf(1), imageOf(2), imageOf(3));
  const answers = collect(openHttp2(grpcUrl).predictions.predictMultipleImages(feed));
  await until(() => detector.jobs.length === 3);
  const during = await readFigures(httpUrl);
  expect(during.get('boxwire_images_in_flight')).toBe(3);
  expect(during.get('boxwire_request_bytes_in_flight')).toBeGreaterThan(0);
  expect(during.get(`grpc_server_started_total{${MANY}}`)).toBe(1);
  expect(during.has(`grpc_server_handled_total{${MANY},grpc_code="OK"}`)).toBe(false);

  const [first, second, third] = detector.jobs;
  first?.answer({
    timings: { decodeMs: 1000, queueMs: 2000, preprocessMs: 3000, inferenceMs: 4000, postprocessMs: 5000 },
  });
  second?.fail(new DetectorError('too-large', 'MAX_PIXELS'));
  third?.fail(new Error('a bug'));
  feed.end();
  await answers;
  const after = await readFigures(httpUrl);
  expect(after.get('boxwire_images_in_flight')).toBe(0);
  expect(after.get('boxwire_request_bytes_in_flight')).toBe(0);
  for (const result of ['ok', 'too-large', 'internal'])
    expect(after.get(`boxwire_images_total{result="${result}"}`)).toBe(1);
  expect(during.get('boxwire_images_total{result="ok"}')).toBe(0);
  expect(after.get('boxwire_image_seconds_count')).toBe(1);
  const stages = ['decode', 'queue', 'preprocess', 'inference', 'postprocess'];
  expect(stages.map((stage) => after.get(`boxwire_image_stage_seconds_sum{stage="${stage}"}`))).toEqual([
    1, 2, 3, 4, 5,
  ]);
  expect(after.get(`grpc_server_handled_total{${MANY},grpc_code="OK"}`)).toBe(1);
});

test('an image whose caller leaves is no longer under way', async () => {
  const { grpcUrl, httpUrl, detector } = await startServer({ metrics: 'open' });
  const cancel = new AbortController();
  const call = openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1), { signal: cancel.signal });
  await until(() => detector.jobs.length === 1);
  cancel.abort();
  await expect(call).rejects.toMatchObject({ code: Code.Canceled });
  await expect
    .poll(async () => (await readFigures(httpUrl)).get('boxwire_images_total{result="cancelled"}'))
    .toBe(1);
  expect((await readFigures(httpUrl)).get('boxwire_images_in_flight')).toBe(0);
});

test('whether it serves, with which model, and what is uploaded', async () => {
  const { grpcUrl, httpUrl, server, detector } = await startServer({ metrics: 'open' }, { warm: false });
  expect((await readFigures(httpUrl)).get('boxwire_serving')).toBe(0);
  server.serve(detector);
  await openHttp2(grpcUrl).uploads.createUpload({ name: 'a.mp4', sizeBytes: 1234n });
  const figures = await readFigures(httpUrl);
  expect(figures.get('boxwire_serving')).toBe(1);
  expect(figures.get('boxwire_model_info{model="fake",precision="float32"}')).toBe(1);
  expect(figures.get('boxwire_uploads')).toBe(1);
  expect(figures.get('boxwire_upload_bytes')).toBe(1234);
  detector.ready = false;
  expect((await readFigures(httpUrl)).get('boxwire_serving')).toBe(0);
});

test('the process is told of as of any other, and nothing watches it all the time', async () => {
  const { httpUrl } = await startServer({ metrics: 'open' });
  const figures = await readFigures(httpUrl);
  const own = [...figures.keys()].filter((name) => /^(process|nodejs)_/.test(name));
  expect(own.sort()).toEqual([
    'nodejs_eventloop_utilization',
    'nodejs_heap_size_used_bytes',
    'process_cpu_seconds_total',
    'process_max_fds',
    'process_open_fds',
    'process_resident_memory_bytes',
    'process_start_time_seconds',
  ]);
  const [cpu = 0, started = 0, memory = 0, files = 0, limit = 0] = [
    'process_cpu_seconds_total',
    'process_start_time_seconds',
    'process_resident_memory_bytes',
    'process_open_fds',
    'process_max_fds',
  ].map((name) => figures.get(name));
  expect(cpu).toBeGreaterThan(0);
  expect(started).toBeLessThan(Date.now() / 1000);
  expect(started).toBeGreaterThan(Date.now() / 1000 - 3600);
  expect(memory).toBeGreaterThan(2 ** 24);
  expect(files).toBeGreaterThan(3);
  expect(files).toBeLessThanOrEqual(limit);
  const use = (await readFigures(httpUrl)).get('nodejs_eventloop_utilization');
  expect(use).toBeGreaterThan(0);
  expect(use).toBeLessThanOrEqual(1);
});
