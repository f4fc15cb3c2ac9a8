import { once } from 'node:events';
import { connect } from 'node:http2';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, createClient } from '@connectrpc/connect';
import {
  compressionBrotli,
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { COMPRESSIONS as OURS } from '../../src/rpc/compression.ts';
import { collect, imageOf, startServer } from './harness.ts';

const TRANSPORTS = [
  ['gRPC', createGrpcTransport],
  ['gRPC-Web', createGrpcWebTransport],
  ['Connect', createConnectTransport],
] as const;
const COMPRESSIONS = [compressionGzip, ...OURS.filter(({ name }) => name === 'deflate'), compressionBrotli];

test.each(['application/grpc', 'application/grpc-web'])('%s: what is understood is told', async (type) => {
  const { grpcUrl } = await startServer();
  const session = connect(grpcUrl);
  onTestFinished(() => session.destroy());
  for (const { name } of MlPredictions.methods) {
    const call = session.request({
      ...{ ':method': 'POST', ':path': `/${MlPredictions.typeName}/${name}` },
      ...{ 'content-type': type, te: 'trailers', 'grpc-encoding': 'snappy' },
    });
    call.end(Buffer.from([1, 0, 0, 0, 0]));
    const [headers] = await once(call, 'response');
    expect(headers['grpc-accept-encoding'], name).toBe(OURS.map((one) => one.name).join(','));
  }
});

async function* images() {
  yield* [1, 2].map(imageOf);
}

describe.each(TRANSPORTS)('%s', (_name, createTransport) => {
  test.each(COMPRESSIONS)('requests compressed by $name', async (sendCompression) => {
    const { grpcUrl: baseUrl, detector } = await startServer();
    detector.answerAll();
    const sent = { sendCompression, compressMinBytes: 0 };
    const client = createClient(MlPredictions, createTransport({ baseUrl, httpVersion: '2', ...sent }));
    const single = () => client.predictSingleImage(imageOf(1));
    const multiple = () => collect(client.predictMultipleImages(images()));
    if (sendCompression === compressionBrotli) {
      const refusal = { code: Code.Unimplemented, rawMessage: expect.stringMatching(/br.*gzip.*deflate/) };
      await expect(single()).rejects.toMatchObject(refusal);
      await expect(multiple()).rejects.toMatchObject(refusal);
    } else {
      await expect(single()).resolves.toMatchObject({ frame: 1 });
      await expect(multiple()).resolves.toMatchObject([{ frame: 1 }, { frame: 2 }]);
    }
  });
});
