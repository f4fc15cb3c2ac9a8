// Single calls of gRPC, byte by byte: what clients by libraries do not send is in here, too.
import { once } from 'node:events';
import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { Code } from '@connectrpc/connect';
import { describe, expect, onTestFinished, test } from 'vitest';
import { imageOf, startServer, until } from './harness.ts';

const CHECK = '/grpc.health.v1.Health/Check';
/** A health check of everything, and the answer that all is well. */
const EMPTY = Buffer.alloc(0);
const SERVING = Buffer.from([8, 1]);

function framed(data: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags);
  head.writeUInt32BE(data.length, 1);
  return Buffer.concat([head, data]);
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders | undefined;
  readonly body: Buffer;
}

async function openServer() {
  const { grpcUrl, detector, lines } = await startServer();
  const session = connect(grpcUrl);
  onTestFinished(() => session.destroy());
  async function call(
    pieces: readonly Uint8Array[],
    headers: Record<string, string> = {},
    path = CHECK,
  ): Promise<Answer> {
    const fixed = { ':path': path, ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request({ ...fixed, ...headers });
    for (const piece of pieces) stream.write(piece);
    stream.end();
    let trailers: IncomingHttpHeaders | undefined;
    stream.on('trailers', (received) => (trailers = received));
    const [received] = await once(stream, 'response');
    return { headers: received, body: Buffer.concat(await stream.toArray()), trailers };
  }

  return { call, session, detector, lines };
}

test('is answered by one message and a status in the trailers', async () => {
  const { call } = await openServer();
  const { headers, body, trailers } = await call([framed(EMPTY)]);
  expect(headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc+proto' });
  expect(headers['grpc-status']).toBeUndefined();
  expect(body).toEqual(framed(SERVING));
  expect(trailers).toMatchObject({ 'grpc-status': '0' });
});

test('a message may come in pieces of any size', async () => {
  const { call } = await openServer();
  const service = Buffer.from('grpc.health.v1.Health');
  const bytes = framed(Buffer.concat([Buffer.from([10, service.length]), service]));
  const { body } = await call(Array.from(bytes, (byte) => Buffer.from([byte])));
  expect(body).toEqual(framed(SERVING));
});

test('JSON is answered with JSON', async () => {
  const { call } = await openServer();
  const { headers, body } = await call([framed(Buffer.from('{}'))], {
    'content-type': 'application/grpc+json',
  });
  expect(headers['content-type']).toBe('application/grpc+json');
  expect(JSON.parse(body.subarray(5).toString())).toEqual({ status: 'SERVING' });
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
])('%s is understood, and used for long answers only', async (name, pack) => {
  const { call } = await openServer();
  const encoded = { 'grpc-encoding': name, 'grpc-accept-encoding': `br,${name}` };
  const { headers, body } = await call([framed(pack(EMPTY), 1)], encoded);
  expect(headers['grpc-encoding']).toBe(name);
  expect(body).toEqual(framed(SERVING));
});

test('long answers are compressed for those who accept it', async () => {
  const { call, detector } = await openServer();
  const box = { xmin: 0, ymin: 0, xmax: 1, ymax: 1, confidence: 0.5, classId: 0, name: 'a'.repeat(300) };
  const { data, ...image } = imageOf(1);
  const message = JSON.stringify({ ...image, data: Buffer.from(data).toString('base64') });
  const answer = call(
    [framed(Buffer.from(message))],
    { 'content-type': 'application/grpc+json', 'grpc-accept-encoding': 'gzip' },
    '/mlpredictions.MlPredictions/PredictSingleImage',
  );
  await until(() => detector.jobs.length === 1);
  detector.jobs[0]?.answer({ detections: Array.from({ length: 1000 }, () => box) });
  const { body } = await answer;
  expect(body.readUInt8(0)).toBe(1);
  expect(JSON.parse(gunzipSync(body.subarray(5)).toString())).toMatchObject({ frame: 1 });
});

describe('is refused in the very first headers', () => {
  const huge = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1]);
  test.each([
    ['without a message', [], {}, Code.Unimplemented, /missing/],
    ['with two', [framed(EMPTY), framed(EMPTY)], {}, Code.Unimplemented, /one message/],
    ['with bytes after it', [framed(EMPTY), Buffer.from([1])], {}, Code.InvalidArgument, /cut off/],
    ['with half a message', [Buffer.from([0, 0, 0, 0, 9, 1])], {}, Code.InvalidArgument, /cut off/],
    ['with half a head', [Buffer.from([0, 0])], {}, Code.InvalidArgument, /cut off/],
    ['with one over the limit', [huge], {}, Code.ResourceExhausted, /this service allows, 65536 bytes/],
    [
      'with a bomb',
      [framed(gzipSync(Buffer.alloc(2 ** 20)), 1)],
      { 'grpc-encoding': 'gzip' },
      Code.ResourceExhausted,
      /this service allows, 65536 bytes/,
    ],
    [
      'with another bomb',
      [framed(deflateSync(Buffer.alloc(2 ** 20)), 1)],
      { 'grpc-encoding': 'deflate' },
      Code.ResourceExhausted,
      /this service allows, 65536 bytes/,
    ],
    [
      'with nothing deflated in it',
      [framed(Buffer.from('deflate'), 1)],
      { 'grpc-encoding': 'deflate' },
      Code.InvalidArgument,
      /./,
    ],
    [
      'with no gzip in it',
      [framed(Buffer.from('gzip'), 1)],
      { 'grpc-encoding': 'gzip' },
      Code.InvalidArgument,
      /./,
    ],
    ['compressed, nobody says how', [framed(gzipSync(EMPTY), 1)], {}, Code.Internal, /decompress/],
    ['in an encoding nobody knows', [framed(EMPTY)], { 'grpc-encoding': 'zip' }, Code.Unimplemented, /gzip/],
    [
      'with a deadline that is none',
      [framed(EMPTY)],
      { 'grpc-timeout': 'soon' },
      Code.InvalidArgument,
      /timeout/,
    ],
    [
      'with bytes that are no message',
      [framed(Buffer.from([0xff]))],
      {},
      Code.InvalidArgument,
      /no such message/,
    ],
    ['for what is not there', [framed(Buffer.from([10, 1, 120]))], {}, Code.NotFound, /no such service/],
  ])('%s', async (_name, pieces, headers, code, message) => {
    const { call } = await openServer();
    const answer = await call(pieces, headers);
    expect(answer.headers).toMatchObject({ ':status': 200, 'grpc-status': `${code}` });
    expect(answer.headers['grpc-message']).toMatch(message);
    expect(answer.trailers).toBeUndefined();
    expect(answer.body).toEqual(EMPTY);
    // Nobody else on the connection notices.
    expect((await call([framed(EMPTY)])).body).toEqual(framed(SERVING));
  });
});

test.each([
  ['GET', 405],
  ['PUT', 405],
])('%s is no call', async (method, status) => {
  const { call } = await openServer();
  const { headers } = await call([], { ':method': method });
  expect(headers[':status']).toBe(status);
});

test('a large message that ends too soon was cut off', async () => {
  const { call } = await openServer();
  const half = framed(Buffer.alloc(2 ** 18)).subarray(0, 2 ** 17);
  const { headers } = await call([half], {}, '/mlpredictions.MlPredictions/PredictSingleImage');
  expect(headers).toMatchObject({ 'grpc-status': `${Code.InvalidArgument}` });
  expect(headers['grpc-message']).toMatch(/cut off/);
});

test('one that is cancelled in the middle of its message disturbs nobody', async () => {
  const { call, session, lines } = await openServer();
  const calls = Array.from({ length: 40 }, () =>
    session.request({
      ':path': '/mlpredictions.MlPredictions/PredictSingleImage',
      ':method': 'POST',
      'content-type': 'application/grpc',
    }),
  );
  const half = framed(Buffer.alloc(2 ** 18)).subarray(0, 2 ** 17);
  for (const cancelled of calls) {
    cancelled.on('error', () => {});
    cancelled.write(half, () => cancelled.close(constants.NGHTTP2_CANCEL));
  }
  const finished = () => lines.filter(({ msg }) => msg === 'call finished');
  await until(() => finished().length === calls.length);
  // Node's client may end the body before it resets the stream.
  const codes = finished().map(({ code }) => code);
  expect(codes.filter((code) => code !== 'canceled' && code !== 'invalid_argument')).toEqual([]);
  expect(lines.filter(({ level }) => level !== 'info' && Number(level) > 30)).toEqual([]);
  expect((await call([framed(EMPTY)])).body).toEqual(framed(SERVING));
});

test('what is no name of a method is answered, and not written into the log', async () => {
  const { call, lines } = await openServer();
  const { headers, trailers } = await call([], {}, '/a\u009b31mred');
  // In the very first headers, as gRPC has it.
  expect(headers).toMatchObject({ ':status': 200, 'grpc-status': `${Code.Unimplemented}` });
  expect(headers['grpc-message']).toMatch(/^the server has no such method; /);
  expect(trailers).toBeUndefined();
  await until(() => lines.length === 1);
  expect(lines).toMatchObject([{ code: 'unimplemented', msg: 'call finished' }]);
  expect(JSON.stringify(lines)).not.toContain('\u009b');
});
