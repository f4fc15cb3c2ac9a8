// Requests of few bytes that would take much memory or long to read.
import { gzipSync } from 'node:zlib';
import { ImageSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create, toBinary } from '@bufbuild/protobuf';
import { compressionGzip } from '@connectrpc/connect-node';
import { describe, expect, test } from 'vitest';
import { openHttp2, PROTOCOLS } from './connect-clients.ts';
import { collect, createFeed, imageOf, startServer } from './harness.ts';

const SINGLE = '/mlpredictions.MlPredictions/PredictSingleImage';

describe('what takes far more to read than to send', () => {
  const post = (url: string, path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: headers['content-encoding'] === 'gzip' ? gzipSync(body) : body,
    });
  const nested = `{"x":${'['.repeat(500_000)}`;

  test.each([
    ['plain', {}],
    ['compressed', { 'content-encoding': 'gzip' }],
    ['called what it is', { 'content-encoding': 'identity' }],
  ])('JSON of brackets, %s, is refused before it is parsed', async (_, headers) => {
    const { httpUrl } = await startServer();
    for (const path of ['boxwire.v1.ModelService/GetModel', SINGLE.slice(1)]) {
      const answer = await post(httpUrl, path, nested, headers);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        message: expect.stringContaining('nested deeper than 32'),
      });
    }
  });

  test.each(['boxwire.v1.ModelService/GetModel', 'boxwire.v1.UploadService/CreateUpload'])(
    'a megabyte is enough for %s',
    async (path) => {
      const { httpUrl } = await startServer();
      const answer = await post(httpUrl, path, `{"name":"${'a'.repeat(2 ** 20)}"}`);
      expect(await answer.json()).toMatchObject({
        code: 'resource_exhausted',
        message: 'the message is larger than this service allows, 1048576 bytes',
      });
    },
  );

  test.each([{}, { 'content-encoding': 'gzip' }])('a number of megabytes of digits, %j', async (headers) => {
    const { httpUrl } = await startServer();
    const body = `{"id":"a","offsetBytes":"${'9'.repeat(8_000_000)}"}`;
    const answer = await post(httpUrl, 'boxwire.v1.UploadService/PutPiece', body, headers);
    expect(await answer.json()).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('a text of more than 65536 bytes'),
    });
  });

  test('fields that nobody knows are not kept', async () => {
    const { httpUrl, detector } = await startServer();
    detector.answerAll();
    const image = toBinary(ImageSchema, create(ImageSchema, imageOf(1)));
    const unknown = Buffer.alloc(2000, Buffer.from([0x78, 0]));
    const headers = { 'content-type': 'application/proto' };
    const body = Buffer.concat([image, unknown]);
    const answer = await fetch(httpUrl + SINGLE, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    expect(detector.jobs[0]?.image).not.toHaveProperty('$unknown');
  });
});

describe('large data in JSON arrives as it is sent', () => {
  const large = Buffer.alloc(200_000, 'large');
  const text = large.toString('base64');

  test.each(
    PROTOCOLS.flatMap((protocol) => [false, true].map((isCompressed) => [protocol, isCompressed] as const)),
  )('by %s, compressed: %j', async (protocol, isCompressed) => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    const packed = { sendCompression: compressionGzip, compressMinBytes: 0 };
    const { predictions } = openHttp2(grpcUrl, protocol, {
      useBinaryFormat: false,
      ...(isCompressed && packed),
    });
    const sent = [large, Buffer.from('small'), large.subarray(7)].map((data, i) => ({ ...imageOf(i), data }));
    const feed = createFeed<(typeof sent)[0]>();
    feed.push(...sent);
    feed.end();
    await collect(predictions.predictMultipleImages(feed));
    for (const image of sent.slice(0, 2)) await predictions.predictSingleImage(image);
    const seen = detector.jobs.map(({ image }) => Buffer.from(image.data));
    expect(seen.map(({ length }) => length)).toEqual([200_000, 5, 199_993, 200_000, 5]);
    expect(seen).toEqual([...sent, ...sent.slice(0, 2)].map(({ data }) => data));
  });

  test.each([
    `"data":"AAAA","data":"${text}"`,
    `"data":"${text}","data":"AAAA"`,
    `"data":"${text}","d\\u0061ta":null`,
  ])('and nothing where its field is there twice', async (fields) => {
    const { httpUrl } = await startServer();
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(httpUrl + SINGLE, { method: 'POST', headers, body: `{${fields}}` });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('duplicate object key') });
  });
});
