import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from '../src/connection.ts';

test('a call that is closed without an answer and without an error is unavailable, and does not wait for ever', async () => {
  const server = createServer().on('stream', (stream) => stream.close());
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sessionManager = new Connection(baseUrl);
  onTestFinished(() => sessionManager.abort());
  const { predictSingleImage, predictMultipleImages } = createClient(
    MlPredictions,
    createGrpcTransport({ baseUrl, sessionManager }),
  );
  await expect(predictSingleImage({ data: new Uint8Array(9) })).rejects.toMatchObject({
    code: Code.Unavailable,
  });
  const answers = predictMultipleImages((async function* () {})())[Symbol.asyncIterator]();
  await expect(answers.next()).rejects.toMatchObject({ code: Code.Unavailable });
});
