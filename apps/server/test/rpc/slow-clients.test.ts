// Clients that take their time: each is ended by the setting that it meets, and others do not notice.
import { type EventEmitter, once } from 'node:events';
import { type ClientHttp2Stream, connect as connectHttp2, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../small-model.ts';
import { openHttp2 } from './connect-clients.ts';
import { createFeed, type Harness, imageOf, startServer, until } from './harness.ts';
import { callHeaders, FLAG, FRAME, frame, openHttp2Socket, openSocket } from './http2-frames.ts';
import { makeCertificate } from './tls-files.ts';

const SINGLE = '/mlpredictions.MlPredictions/PredictSingleImage';
const MULTIPLE = '/mlpredictions.MlPredictions/PredictMultipleImages';
const POST = `POST ${SINGLE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/proto\r\n`;

/** Only the limit under test is short. */
const LONG = { headersTimeoutMs: 3_600_000, requestTimeoutMs: 3_600_000, connectionIdleTimeoutMs: 3_600_000 };
const SHORT_MS = 300;

/** One byte after the other until the socket is gone. */
function dribble(socket: Socket, byte: string | Buffer): void {
  const timer = setInterval(() => socket.writable && socket.write(byte), 10);
  socket.once('close', () => clearInterval(timer));
}

/** However it ends; some are cut off by an error. */
const closed = (one: EventEmitter) => new Promise<void>((resolve) => one.once('close', () => resolve()));

/** A client that keeps calling meanwhile; the test fails if any of its calls does. */
async function othersAreServed({ grpcUrl, detector }: Harness, gone: Promise<unknown>): Promise<void> {
  detector.answerAll();
  const { predictions } = openHttp2(grpcUrl);
  let isGone = false;
  void gone.then(() => (isGone = true));
  do {
    await expect(predictions.predictSingleImage(imageOf(1))).resolves.toMatchObject({ frame: 1 });
  } while (!isGone);
}

describe('HEADERS_TIMEOUT', () => {
  test('HTTP/1.1: a connection that says nothing', async () => {
    const harness = await startServer({ ...LONG, headersTimeoutMs: SHORT_MS });
    await othersAreServed(harness, openSocket(harness.httpUrl).gone);
  });

  test('HTTP/1.1: headers that never end', async () => {
    const harness = await startServer({ ...LONG, headersTimeoutMs: SHORT_MS });
    const socket = openSocket(harness.httpUrl);
    socket.write(`${POST}X-Long: `);
    dribble(socket, 'a');
    await othersAreServed(harness, socket.gone);
    expect(Buffer.concat(socket.received).toString()).toMatch(/^HTTP\/1.1 408 /);
  });

  test('HTTP/2: a connection that says nothing, or not what it must', async () => {
    const harness = await startServer({ ...LONG, headersTimeoutMs: SHORT_MS });
    const halfway = openSocket(harness.grpcUrl);
    halfway.write('PRI * HTTP/2.0\r\n');
    await othersAreServed(harness, Promise.all([openSocket(harness.grpcUrl).gone, halfway.gone]));
  });
});

describe('CONNECTION_IDLE_TIMEOUT', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['pings', frame(FRAME.ping, 0, 0, Buffer.alloc(8))],
    ['headers that never end', frame(FRAME.continuation, 0, 1, Buffer.from([0]))],
  ])('HTTP/2: a connection without a call that sends %s', async (what, bytes) => {
    const harness = await startServer({ ...LONG, connectionIdleTimeoutMs: SHORT_MS });
    const socket = openHttp2Socket(harness.grpcUrl);
    if (what === 'headers that never end') socket.write(frame(FRAME.headers, 0, 1, callHeaders(SINGLE)));
    if (bytes.length > 0) dribble(socket, bytes);
    await othersAreServed(harness, socket.gone);
    expect(harness.lines.filter(({ code }) => code !== 'ok' && code !== undefined)).toEqual([]);
  });

  test('HTTP/2: not one with a call, and clients open another by themselves', async () => {
    const { grpcUrl, detector } = await startServer({ ...LONG, connectionIdleTimeoutMs: SHORT_MS });
    const { predictions } = openHttp2(grpcUrl);
    for (let round = 1; round <= 2; round++) {
      const call = predictions.predictSingleImage(imageOf(round));
      await until(() => detector.jobs.length === round);
      const idle = openHttp2Socket(grpcUrl);
      await idle.gone;
      detector.jobs.at(-1)?.answer();
      await expect(call).resolves.toMatchObject({ frame: round });
    }
  });
});

describe('REQUEST_TIMEOUT', () => {
  const SHORT = { ...LONG, requestTimeoutMs: SHORT_MS, headersTimeoutMs: SHORT_MS };

  test('HTTP/1.1: a message that never ends', async () => {
    const harness = await startServer(SHORT);
    const socket = openSocket(harness.httpUrl);
    socket.write(`${POST}Content-Length: 9999\r\n\r\n`);
    dribble(socket, 'a');
    await othersAreServed(harness, socket.gone);
  });

  test.each([SINGLE, MULTIPLE])('HTTP/2: a message that never ends, to %s', async (path) => {
    const harness = await startServer({ ...SHORT, streamIdleTimeoutMs: SHORT_MS });
    const socket = openHttp2Socket(harness.grpcUrl);
    socket.write(frame(FRAME.headers, FLAG.endHeaders, 1, callHeaders(path)));
    socket.write(frame(FRAME.data, 0, 1, Buffer.from([0, 0, 0, 0x40, 0])));
    dribble(socket, frame(FRAME.data, 0, 1, Buffer.from([0])));
    const ended = until(() =>
      harness.lines.some(({ code }) => code === 'canceled' || code === 'deadline_exceeded'),
    );
    await othersAreServed(harness, ended);
  });
});

describe('STREAM_IDLE_TIMEOUT: a client that takes no answer', () => {
  const box = { xmin: 1, ymin: 1, xmax: 2, ymax: 2, confidence: 0.5, classId: 1, name: 'cup' };
  // More than the buffers of the system between us take.
  const huge = { detections: Array(300_000).fill(box) };

  /** A call that takes nothing of its answer, once its image is there. */
  async function begin({ grpcUrl, detector }: Harness): Promise<ClientHttp2Stream> {
    const session = connectHttp2(grpcUrl, { settings: { initialWindowSize: 0 } });
    onTestFinished(() => session.destroy());
    const call = session.request({ ':method': 'POST', ':path': SINGLE, 'content-type': 'application/grpc' });
    call.on('error', () => {});
    call.end(Buffer.from([0, 0, 0, 0, 0]));
    await until(() => detector.jobs.length === 1);
    return call;
  }

  test('HTTP/2', async () => {
    const harness = await startServer({ ...LONG, streamIdleTimeoutMs: SHORT_MS });
    const call = await begin(harness);
    harness.detector.jobs[0]?.answer(huge);
    await othersAreServed(harness, closed(call));
    expect(call.rstCode).toBe(constants.NGHTTP2_CANCEL);
  });

  test('HTTP/2, to which the server came late', async () => {
    const harness = await startServer({ ...LONG, streamIdleTimeoutMs: SHORT_MS });
    const call = await begin(harness);
    // Another that is idle comes and goes meanwhile, twice.
    for (const _ of 'ab') {
      const idle = openHttp2(harness.grpcUrl).predictions.predictMultipleImages(createFeed());
      await expect(idle[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        code: Code.DeadlineExceeded,
      });
    }
    harness.detector.jobs[0]?.answer(huge);
    await othersAreServed(harness, closed(call));
    expect(call.rstCode).toBe(constants.NGHTTP2_CANCEL);
  });

  test('HTTP/1.1', async () => {
    const harness = await startServer({ ...LONG, streamIdleTimeoutMs: SHORT_MS });
    const socket = openSocket(harness.httpUrl);
    socket.pause();
    socket.write(`${POST.replace('proto', 'json')}Content-Length: 2\r\n\r\n{}`);
    await until(() => harness.detector.jobs.length === 1);
    harness.detector.jobs[0]?.answer(huge);
    const ended = until(() => harness.lines.some(({ http, code }) => http === '1.1' && code === 'canceled'));
    await othersAreServed(harness, ended);
  });

  test('both: not while the server works, however long', async () => {
    const harness = await startServer({ ...LONG, streamIdleTimeoutMs: SHORT_MS });
    const socket = openSocket(harness.httpUrl);
    socket.write(`${POST}Content-Length: 0\r\n\r\n`);
    const { predictions } = openHttp2(harness.grpcUrl);
    const call = predictions.predictSingleImage(imageOf(1));
    await until(() => harness.detector.jobs.length === 2);
    // Another that is idle comes and goes meanwhile.
    const feed = createFeed<ReturnType<typeof imageOf>>();
    const idle = predictions.predictMultipleImages(feed)[Symbol.asyncIterator]();
    await expect(idle.next()).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    harness.detector.answerAll();
    await expect(call).resolves.toMatchObject({ frame: 1 });
    await until(() => Buffer.concat(socket.received).toString().startsWith('HTTP/1.1 200 '));
  });
});

const folder = temporaryFolder();
afterAll(folder.remove);
const pair = makeCertificate(folder.path, 'localhost');

describe.skipIf(!pair)('with TLS', () => {
  let harness: Harness;
  beforeEach(async () => {
    const tls = { tlsCert: pair?.cert, tlsKey: pair?.key };
    harness = await startServer({ ...LONG, ...tls, headersTimeoutMs: SHORT_MS, requestTimeoutMs: SHORT_MS });
  });

  test('a handshake that does not begin', async () => {
    await othersAreServed(harness, openSocket(harness.grpcUrl).gone);
  });

  test.each(['http/1.1', 'h2'])('%s: a connection that says nothing after it', async (protocol) => {
    const { hostname, port } = new URL(harness.httpUrl);
    const options = {
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
      ALPNProtocols: [protocol],
    };
    const socket = connectTls(options).on('error', () => {});
    socket.resume();
    onTestFinished(() => void socket.destroy());
    await othersAreServed(harness, closed(socket));
  });

  test('HTTP/1.1: headers that never end', async () => {
    const { hostname, port } = new URL(harness.httpUrl);
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false });
    socket.on('error', () => {});
    socket.resume();
    onTestFinished(() => void socket.destroy());
    socket.write(`${POST}X-Long: `);
    dribble(socket, 'a');
    await othersAreServed(harness, closed(socket));
  });
});

describe('a deadline passes while the request still comes', () => {
  const late = Buffer.from([0, 0, 0, 0, 100, 1, 2, 3]);
  test.each([
    ['gRPC', { 'content-type': 'application/grpc', 'grpc-timeout': '300m' }, late, 200, /^$/],
    [
      'gRPC-Web',
      { 'content-type': 'application/grpc-web+proto', 'grpc-timeout': '300m' },
      late,
      200,
      /grpc-status: 4/,
    ],
    [
      'Connect',
      { 'content-type': 'application/proto', 'connect-timeout-ms': '300' },
      late,
      504,
      /deadline_exceeded/,
    ],
  ])('%s', async (_name, headers, sent, status, body) => {
    const { grpcUrl, detector } = await startServer(LONG);
    const session = connectHttp2(grpcUrl);
    onTestFinished(() => session.destroy());
    const call = session.request({
      ...{ ':method': 'POST', ':path': '/mlpredictions.MlPredictions/PredictSingleImage' },
      ...headers,
    });
    call.on('error', () => {});
    call.write(sent);
    const [answer] = await once(call, 'response');
    const text: Buffer[] = [];
    call.on('data', (chunk) => text.push(chunk));
    await closed(call);
    expect(answer).toMatchObject({ ':status': status });
    if (headers['content-type'] === 'application/grpc') expect(answer).toMatchObject({ 'grpc-status': '4' });
    expect(Buffer.concat(text).toString()).toMatch(body);
    expect(detector.jobs).toEqual([]);
  });
});
