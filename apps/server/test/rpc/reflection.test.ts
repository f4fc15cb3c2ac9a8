import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ServerReflection as V1 } from '@boxwire/proto/grpc/reflection/v1/reflection';
import { ServerReflection as V1Alpha } from '@boxwire/proto/grpc/reflection/v1alpha/reflection';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { describe, expect, test } from 'vitest';
import { collect, createFeed, imageOf, startServer, until } from './harness.ts';
import { writeTokens } from './token-file.ts';

const SERVICES = [
  'mlpredictions.MlPredictions',
  'boxwire.v1.ModelService',
  'boxwire.v1.AnalysisService',
  'boxwire.v1.UploadService',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
];
const PREDICTION_FILES = ['mlpredictions/mlpredictions.proto', 'boxwire/v1/detection.proto'];

type Question =
  NonNullable<
    Parameters<ReturnType<typeof createClient<typeof V1>>['serverReflectionInfo']>[0]
  > extends AsyncIterable<infer R>
    ? R
    : never;

describe.each([
  ['v1', V1],
  ['v1alpha', V1Alpha as unknown as typeof V1],
])('server reflection %s', (_version, service) => {
  async function ask(...questions: NonNullable<Question['messageRequest']>[]) {
    const { grpcUrl } = await startServer({}, { warm: false });
    const client = createClient(service, createGrpcTransport({ baseUrl: grpcUrl }));
    async function* requests() {
      for (const messageRequest of questions) yield { host: 'here', messageRequest };
    }
    return collect(client.serverReflectionInfo(requests()));
  }

  /** What one question is answered with, the names of files in place of their bytes. */
  async function answerTo(question: NonNullable<Question['messageRequest']>) {
    const [response] = await ask(question);
    expect(response).toMatchObject({ validHost: 'here', originalRequest: { messageRequest: question } });
    const answer = response?.messageResponse;
    if (answer?.case !== 'fileDescriptorResponse') return answer?.value;
    return answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
  }

  test('lists the services', async () => {
    const answer = await answerTo({ case: 'listServices', value: '' });
    expect(answer).toMatchObject({ service: SERVICES.map((name) => ({ name })) });
  });

  test('gives a file and all that it imports', async () => {
    const value = 'mlpredictions/mlpredictions.proto';
    expect(await answerTo({ case: 'fileByFilename', value })).toEqual(PREDICTION_FILES);
    expect(await answerTo({ case: 'fileByFilename', value: 'boxwire/v1/detection.proto' })).toEqual([
      'boxwire/v1/detection.proto',
    ]);
  });

  test.each([
    ['service', 'mlpredictions.MlPredictions', PREDICTION_FILES[0]],
    ['method', 'mlpredictions.MlPredictions.PredictSingleImage', PREDICTION_FILES[0]],
    ['message', 'mlpredictions.Image', PREDICTION_FILES[0]],
    ['field', 'mlpredictions.Image.frame', PREDICTION_FILES[0]],
    ['message of an imported file', 'boxwire.v1.Timings', PREDICTION_FILES[1]],
    ['nested enum', 'grpc.health.v1.HealthCheckResponse.ServingStatus', 'grpc/health/v1/health.proto'],
    ['value of a nested enum', 'grpc.health.v1.HealthCheckResponse.SERVING', 'grpc/health/v1/health.proto'],
    [
      'oneof',
      'grpc.reflection.v1.ServerReflectionRequest.message_request',
      'grpc/reflection/v1/reflection.proto',
    ],
  ])('finds the file of a %s', async (_kind, value, file) => {
    expect(await answerTo({ case: 'fileContainingSymbol', value })).toContain(file);
  });

  test('what is not there is an answer, in its place', async () => {
    const notFound = { case: 'errorResponse', value: { errorCode: Code.NotFound } };
    const extension = { containingType: 'mlpredictions.Image', extensionNumber: 100 };
    const answers = await ask(
      { case: 'fileByFilename', value: 'nothing.proto' },
      { case: 'fileContainingSymbol', value: 'mlpredictions.Nothing' },
      {
        case: 'fileContainingExtension',
        value: { $typeName: 'grpc.reflection.v1.ExtensionRequest', ...extension },
      },
      { case: 'allExtensionNumbersOfType', value: 'mlpredictions.Nothing' },
      { case: 'allExtensionNumbersOfType', value: 'mlpredictions.Image' },
      { case: undefined },
      { case: 'listServices', value: '' },
    );
    expect(answers.map(({ messageResponse }) => messageResponse)).toMatchObject([
      notFound,
      notFound,
      notFound,
      notFound,
      {
        case: 'allExtensionNumbersResponse',
        value: { baseTypeName: 'mlpredictions.Image', extensionNumber: [] },
      },
      { case: 'errorResponse', value: { errorCode: Code.InvalidArgument } },
      { case: 'listServicesResponse' },
    ]);
  });
});

test('no more than so many streams of one caller, of both versions, until one has ended', async () => {
  const { grpcUrl } = await startServer({}, { warm: false });
  async function open(service: typeof V1) {
    const client = createClient(service, createGrpcTransport({ baseUrl: grpcUrl }));
    const feed = createFeed<{ messageRequest: NonNullable<Question['messageRequest']> }>();
    feed.push({ messageRequest: { case: 'listServices', value: '' } });
    await client.serverReflectionInfo(feed)[Symbol.asyncIterator]().next();
    return feed;
  }
  const services = [V1, V1Alpha as unknown as typeof V1];
  const feeds = await Promise.all(Array.from({ length: 50 }, () => services.map(open)).flat());
  for (const service of services)
    await expect(open(service)).rejects.toMatchObject({
      code: Code.ResourceExhausted,
      rawMessage: 'too much is asked about the services: one address may have 100 streams at once',
    });
  feeds[0]?.end();
  const outcome = () => open(V1).then(Boolean, () => false);
  while (!(await outcome()));
});

describe('buf curl, which learns the service by reflection', () => {
  const buf = fileURLToPath(new URL('../../node_modules/.bin/buf', import.meta.url));
  const run = promisify(execFile);
  const image = JSON.stringify({ ...imageOf(3), data: Buffer.from(imageOf(3).data).toString('base64') });

  async function curl(protocol: string, url: string, method: string, data: string, more: string[] = []) {
    const flags = ['--protocol', protocol, '--http2-prior-knowledge', '--data', data, ...more];
    const { stdout } = await run(buf, ['curl', ...flags, `${url}/${method}`]);
    return stdout.split(/\n(?=\{)/).map((message) => JSON.parse(message));
  }

  test.each(['grpc', 'grpcweb', 'connect'])('%s', async (protocol) => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    const expected = { frame: 3, object: [{ name: 'bottle', xmax: 4 }], model: 'fake' };
    expect(
      await curl(protocol, grpcUrl, 'mlpredictions.MlPredictions/PredictSingleImage', image),
    ).toMatchObject([expected]);
    expect(
      await curl(protocol, grpcUrl, 'mlpredictions.MlPredictions/PredictMultipleImages', image + image),
    ).toMatchObject([expected, expected]);
    const health = await curl(protocol, grpcUrl, 'grpc.health.v1.Health/Check', '{}');
    expect(health).toEqual([{ status: 'SERVING' }]);
    await expect(
      curl(protocol, grpcUrl, 'grpc.health.v1.Health/Check', '{"service": "nobody"}'),
    ).rejects.toThrow('not_found');
  });

  test('with a token, and on the port that it cannot ask for reflection', async () => {
    const { tokens, tokensFile } = writeTokens(['phone']);
    const { grpcUrl, httpUrl } = await startServer({ tokensFile });
    const token = ['-H', `authorization: Bearer ${tokens.phone}`];
    const method = 'boxwire.v1.ModelService/GetModel';
    const expected = [{ model: { name: 'fake' } }];
    const asked = curl('grpc', grpcUrl, method, '{}', [...token, '--reflect-header', '*']);
    expect(await asked).toMatchObject(expected);
    const schema = fileURLToPath(new URL('../../../../proto/api', import.meta.url));
    const flags = ['--protocol', 'connect', '--schema', schema, ...token, '--data', '{}'];
    const { stdout } = await run(buf, ['curl', ...flags, `${httpUrl}/${method}`]);
    expect([JSON.parse(stdout)]).toMatchObject(expected);
  });

  // It has no way to set a deadline: the headers for that are reserved.
  const METHODS = ['PredictSingleImage', 'PredictMultipleImages'];
  const cells = ['grpc', 'grpcweb', 'connect'].flatMap((protocol) =>
    METHODS.map((method) => [protocol, method]),
  );

  test.each(cells)('%s, killed during %s', async (protocol = '', method = '') => {
    const { grpcUrl, detector } = await startServer();
    const flags = ['--protocol', protocol, '--http2-prior-knowledge', '--data', image];
    const url = `${grpcUrl}/mlpredictions.MlPredictions/${method}`;
    // What npm installs is a launcher: the group is killed, so that the program itself is.
    const { pid = 0 } = spawn(buf, ['curl', ...flags, url], { detached: true, stdio: 'ignore' });
    await until(() => detector.jobs.length === 1);
    process.kill(-pid, 'SIGKILL');
    await until(() => detector.jobs[0]?.signal?.aborted === true);
  });
});
