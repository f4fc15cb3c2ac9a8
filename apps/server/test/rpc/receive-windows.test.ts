import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished, test } from 'vitest';
import { startServer, until } from './harness.ts';
import { callHeaders, FLAG, FRAME, frame, framesOf, openHttp2Socket } from './http2-frames.ts';

const KIB = 1024;

test('a client that is near may send 256 KiB ahead on a stream, 1 MiB on a connection', async ({
  expect,
}) => {
  const { grpcUrl } = await startServer();
  const session = open(grpcUrl);
  await until(() => session.remoteSettings?.initialWindowSize === 256 * KIB);
  await until(() => session.state.remoteWindowSize === 1024 * KIB);
  expect(session.closed).toBe(false);
});

test('a client whose answers take long may send 2 MiB and 8 MiB ahead, also on streams that are open', async ({
  expect,
}) => {
  const { grpcUrl, detector } = await startServer();
  const session = open(await delayed(grpcUrl, 5));
  const call = session.request({
    ':method': 'POST',
    ':path': '/mlpredictions.MlPredictions/PredictMultipleImages',
    'content-type': 'application/grpc',
  });
  await until(() => session.remoteSettings?.initialWindowSize === 2048 * KIB);
  await until(() => session.state.remoteWindowSize === 8192 * KIB);
  expect(call.closed).toBe(false);
  expect(detector.jobs).toEqual([]);
});

test('a client that never answers a ping is asked once, keeps the windows of a near one, and is served', async ({
  expect,
}) => {
  const { grpcUrl } = await startServer();
  const socket = openHttp2Socket(grpcUrl);
  socket.write(frame(FRAME.headers, FLAG.endHeaders, 1, callHeaders('/grpc.health.v1.Health/Check')));
  socket.write(frame(FRAME.data, FLAG.endStream, 1, Buffer.alloc(5)));
  const frames = (wanted: number) => framesOf(socket.received).filter(({ type }) => type === wanted);
  await until(() => frames(FRAME.data).length > 0);
  expect(frames(FRAME.data)[0]?.payload).toEqual(Buffer.from([0, 0, 0, 0, 2, 8, 1]));
  expect(frames(FRAME.ping)).toHaveLength(1);
  // Its own, and the acknowledgement of ours.
  expect(frames(FRAME.settings)).toHaveLength(2);
});

function open(url: string): ClientHttp2Session {
  const session = connectHttp2(url);
  onTestFinished(() => session.destroy());
  return session;
}

/** The address of a network in which each byte takes so long, there and back. */
async function delayed(url: string, ms: number): Promise<string> {
  const { hostname, port } = new URL(url);
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    lead(near, far, ms);
    lead(far, near, ms);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function lead(from: Socket, to: Socket, ms: number): void {
  from.on('data', (bytes) => setTimeout(() => to.write(bytes), ms));
  from.on('error', () => {});
  from.once('close', () => to.destroy());
}
