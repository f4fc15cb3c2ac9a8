// GRPC_PORT without TLS speaks HTTP/2 alone: who speaks HTTP/1.1 to it is told so, and nobody else notices.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openHttp2 } from './connect-clients.ts';
import { imageOf, startServer } from './harness.ts';
import { openSocket } from './http2-frames.ts';

const text = (socket: { received: readonly Buffer[] }) => Buffer.concat(socket.received).toString();

test('a client of HTTP/1.1 is told which port to take', async () => {
  const { grpcUrl } = await startServer();
  const answer = await fetch(`${grpcUrl}/mlpredictions.MlPredictions/GetModel`);
  expect(answer.status).toBe(505);
  await expect(answer.text()).resolves.toMatch(/GRPC_PORT.*HTTP\/2.*HTTP_PORT/);
});

test.each(['POST / HTTP/1.1\r\n\r\n', 'PUT / HTTP/1.1\r\n\r\n', 'PRIZE / HTTP/1.1\r\n\r\n'])(
  'byte by byte: %j',
  async (request) => {
    const { grpcUrl } = await startServer();
    const socket = openSocket(grpcUrl);
    for (const byte of request) {
      if (socket.writable) socket.write(byte);
      await sleep(2);
    }
    await socket.gone;
    expect(text(socket)).toMatch(/^HTTP\/1\.1 505 /);
  },
);

test('a client of HTTP/1.1 with much to say can read the answer', async () => {
  const { grpcUrl } = await startServer();
  const answer = await fetch(grpcUrl, { method: 'POST', body: Buffer.alloc(4e6) });
  expect(answer.status).toBe(505);
});

test('a client of HTTP/2 that begins byte by byte is served', async () => {
  const { grpcUrl } = await startServer();
  const socket = openSocket(grpcUrl);
  for (const byte of 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0') {
    socket.write(byte, 'latin1');
    await sleep(2);
  }
  await expect.poll(() => socket.received.length).toBeGreaterThan(0);
  // Its own settings, then that it has ours.
  expect(Buffer.concat(socket.received).includes(Buffer.from([0, 0, 0, 4, 1, 0, 0, 0, 0]))).toBe(true);
  socket.destroy();
});

test('connections that say nothing, something else, or are cut off harm nobody', async () => {
  const { grpcUrl, detector } = await startServer();
  detector.answerAll();
  openSocket(grpcUrl).end();
  openSocket(grpcUrl).end('PR');
  const reset = openSocket(grpcUrl);
  reset.write('P');
  const hello = openSocket(grpcUrl);
  // What begins TLS.
  hello.write(Buffer.from([0x16, 3, 1, 2, 0, 1]));
  await hello.gone;
  reset.resetAndDestroy();
  const { predictions } = openHttp2(grpcUrl);
  await expect(predictions.predictSingleImage(imageOf(1))).resolves.toMatchObject({ frame: 1 });
});
