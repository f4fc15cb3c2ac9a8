import { HealthCheckResponse_ServingStatus as Status } from '@boxwire/proto/grpc/health/v1/health';
import { Code } from '@connectrpc/connect';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHttp1, openHttp2 } from './connect-clients.ts';
import { startServer, until } from './harness.ts';

const NEED_DETECTOR = ['', 'mlpredictions.MlPredictions', 'boxwire.v1.ModelService'];
const ALWAYS = [
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
];

test('Check tells each service’s state, on both ports', async () => {
  const { grpcUrl, httpUrl, server, detector } = await startServer({}, { warm: false });
  for (const { health } of [openHttp2(grpcUrl), openHttp1(httpUrl)]) {
    const statusOf = async (service: string) => (await health.check({ service })).status;
    for (const service of NEED_DETECTOR) {
      server.serve({ ...detector, ready: false });
      expect(await statusOf(service)).toBe(Status.NOT_SERVING);
      server.serve(detector);
      expect(await statusOf(service)).toBe(Status.SERVING);
    }
    for (const service of ALWAYS) expect(await statusOf(service)).toBe(Status.SERVING);
    await expect(statusOf('nobody.Knows')).rejects.toMatchObject({ code: Code.NotFound });
  }
});

test('Watch tells every change, and ends when the server shuts down', async () => {
  const { grpcUrl, server, detector } = await startServer({ shutdownGraceMs: 60_000 }, { warm: false });
  const { health } = openHttp2(grpcUrl);
  const watch = health.watch({ service: 'mlpredictions.MlPredictions' })[Symbol.asyncIterator]();
  const nextStatus = async () => (await watch.next()).value?.status;
  expect(await nextStatus()).toBe(Status.NOT_SERVING);
  server.serve(detector);
  expect(await nextStatus()).toBe(Status.SERVING);
  detector.ready = false;
  expect(await nextStatus()).toBe(Status.NOT_SERVING);
  detector.ready = true;
  expect(await nextStatus()).toBe(Status.SERVING);
  const down = server.shutdown();
  expect(await nextStatus()).toBe(Status.NOT_SERVING);
  await expect(watch.next()).rejects.toMatchObject({ code: Code.Unavailable });
  await down;
});

test('Watch of an unknown service says so and stays open', async () => {
  const { grpcUrl, server } = await startServer({ shutdownGraceMs: 60_000 });
  const watch = openHttp2(grpcUrl).health.watch({ service: 'nobody.Knows' })[Symbol.asyncIterator]();
  expect((await watch.next()).value?.status).toBe(Status.SERVICE_UNKNOWN);
  const down = server.shutdown();
  await expect(watch.next()).rejects.toMatchObject({ code: Code.Unavailable });
  await down;
});

describe('no more than so many watches', () => {
  /** A connection with so many that have said something. */
  async function watch(baseUrl: string, count: number) {
    const { health } = openHttp2(baseUrl);
    const cancel = new AbortController();
    onTestFinished(() => cancel.abort());
    const begin = () => health.watch({}, { signal: cancel.signal })[Symbol.asyncIterator]().next();
    await Promise.all(Array.from({ length: count }, begin));
    return { begin, cancel, check: () => health.check({}) };
  }

  test('of one connection, until some have ended', async () => {
    const { grpcUrl, lines } = await startServer();
    const { begin, cancel, check } = await watch(grpcUrl, 20);
    await expect(begin()).rejects.toMatchObject({
      code: Code.ResourceExhausted,
      rawMessage: 'health is watched too often: one connection may have 20 watches at once',
    });
    await check();
    await watch(grpcUrl, 20);
    cancel.abort();
    await until(() => lines.filter(({ code }) => code === 'canceled').length === 20);
    await watch(grpcUrl, 1);
  });

  test('of one address, until some have ended', async () => {
    const { grpcUrl } = await startServer();
    const connections = await Promise.all(Array.from({ length: 25 }, () => watch(grpcUrl, 20)));
    await expect(watch(grpcUrl, 1)).rejects.toMatchObject({
      code: Code.ResourceExhausted,
      rawMessage: 'health is watched too often: one address may have 500 watches at once',
    });
    await connections[0]?.check();
    connections[0]?.cancel.abort();
    const outcome = () =>
      watch(grpcUrl, 20).then(
        () => 'watched',
        () => 'refused',
      );
    while ((await outcome()) !== 'watched');
  });
});

test('a Watch whose client is gone is forgotten', async () => {
  const { grpcUrl, server } = await startServer({ shutdownGraceMs: 1e9 });
  const cancel = new AbortController();
  const watch = openHttp2(grpcUrl).health.watch({}, { signal: cancel.signal })[Symbol.asyncIterator]();
  await watch.next();
  cancel.abort();
  await expect(watch.next()).rejects.toMatchObject({ code: Code.Canceled });
  await server.shutdown();
});
