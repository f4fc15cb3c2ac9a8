// Requests of few bytes that would take much memory or long to read.
import { gzipSync } from 'node:zlib';
import { ImageSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { imageOf, startServer } from './harness.ts';

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
