import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { Health } from '@boxwire/proto/grpc/health/v1/health';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, describe, expect, test } from 'vitest';
import { SettingError } from '../../src/setting.ts';
import { temporaryFolder } from '../small-model.ts';
import { openHttp2 } from './connect-clients.ts';
import { imageOf, startServer, until } from './harness.ts';
import { makeCertificate, type Pair } from './tls-files.ts';
import { writeTokens } from './token-file.ts';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);
const first = makeCertificate(folder, 'first');
const second = first && makeCertificate(folder, 'second');
const client = first && makeCertificate(folder, 'client-1', first);
const stranger = second && makeCertificate(folder, 'stranger', second);

const CLIENT_1 = 'cert:CN=client-1; DNS:localhost, IP Address:127.0.0.1';

/** Whose certificate a new connection is shown. */
function nameShown(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
    });
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
  });
}

describe.skipIf(!stranger)('with certificates', () => {
  const [one, two, ours, theirs] = [first, second, client, stranger] as [Pair, Pair, Pair, Pair];
  const tlsCert = join(folder, 'cert.pem');
  const tlsKey = join(folder, 'key.pem');
  const install = ({ cert, key }: Pair) => {
    copyFileSync(cert, tlsCert);
    copyFileSync(key, tlsKey);
  };

  test('a new certificate on disk is used by new connections, old ones go on, a broken one changes nothing', async () => {
    install(one);
    const { grpcUrl, httpUrl, lines } = await startServer({ tlsCert, tlsKey });
    const said = (words: string) => lines.filter(({ msg }) => String(msg).includes(words)).length;
    const { health } = openHttp2(grpcUrl);
    await health.check({});
    install(two);
    await until(() => said('the certificate changed and was read again') > 0);
    expect(await Promise.all([grpcUrl, httpUrl].map(nameShown))).toEqual(['second', 'second']);
    await health.check({});
    writeFileSync(tlsCert, 'nonsense');
    await until(() => said('cannot be used') > 0);
    expect(await nameShown(grpcUrl)).toBe('second');
    // The key of another certificate is no key.
    copyFileSync(one.cert, tlsCert);
    await until(() => said('cannot be used') > 1);
    expect(await nameShown(grpcUrl)).toBe('second');
  });

  const transportAs = (baseUrl: string, pair?: Pair) => {
    const identity = pair && { cert: readFileSync(pair.cert), key: readFileSync(pair.key) };
    const nodeOptions = { rejectUnauthorized: false, ...identity };
    return createGrpcTransport({ baseUrl, nodeOptions });
  };
  const dial = (baseUrl: string, pair?: Pair) => createClient(Health, transportAs(baseUrl, pair));
  const uploadsAs = (baseUrl: string, pair?: Pair) => createClient(UploadService, transportAs(baseUrl, pair));

  test('callers need a certificate of the named authority', async () => {
    const { grpcUrl, lines } = await startServer({
      ...{ tlsCert: one.cert, tlsKey: one.key, tlsClientCa: one.cert },
      health: 'token',
    });
    await dial(grpcUrl, ours).check({});
    await expect(dial(grpcUrl).check({})).rejects.toThrow();
    await expect(dial(grpcUrl, theirs).check({})).rejects.toThrow();
    const finished = () => lines.filter(({ msg }) => msg === 'call finished');
    await until(() => finished().length > 0);
    expect(finished()).toMatchObject([{ caller: CLIENT_1 }]);
  });

  test('calls with the same certificate are of one caller', async () => {
    const { grpcUrl, detector } = await startServer({
      ...{ tlsCert: one.cert, tlsKey: one.key, tlsClientCa: one.cert },
    });
    detector.answerAll();
    const transport = transportAs(grpcUrl, ours);
    for (const _ of 'ab') await createClient(MlPredictions, transport).predictSingleImage(imageOf(1));
    expect(detector.jobs.map(({ caller }) => caller)).toEqual([CLIENT_1, CLIENT_1]);
  });

  /** Who calls, as the server logs it, by a new certificate with these names. */
  const callerWith = async (subject: string, alternatives: string) => {
    const { grpcUrl, lines } = await startServer({
      ...{ tlsCert: one.cert, tlsKey: one.key, tlsClientCa: one.cert },
    });
    await dial(grpcUrl, makeCertificate(folder, 'named', one, { subject, alternatives })).check({});
    const finished = () => lines.find(({ msg }) => msg === 'call finished');
    await until(() => finished() !== undefined);
    return finished()?.caller;
  };

  test.each([
    ['/CN=phone', '', 'cert:CN=phone'],
    ['/CN=phone/O=Yard', '', 'cert:CN=phone,O=Yard'],
    ['/CN=phone', 'URI:spiffe://yard/phone', 'cert:CN=phone; URI:spiffe://yard/phone'],
    ['/', 'URI:spiffe://yard/phone', 'cert:URI:spiffe://yard/phone'],
    ['/', 'URI:spiffe://yard/camera', 'cert:URI:spiffe://yard/camera'],
    ['/CN=phone; DNS:yard', '', 'cert:CN=phone\\; DNS:yard'],
  ])(
    'a certificate of %j and %j is its caller’s whenever it is renewed',
    async (subject, alternatives, caller) => {
      expect(await callerWith(subject, alternatives)).toBe(caller);
      expect(await callerWith(subject, alternatives)).toBe(caller);
    },
  );

  test('a certificate without names is a caller of its own', async () => {
    const [first, second] = [await callerWith('/', ''), await callerWith('/', '')];
    expect(first).toMatch(/^cert:sha256 ([\dA-F]{2}:){31}/);
    expect(second).not.toBe(first);
  });

  test('an upload belongs to the certificate that made it, though others have as many names', async () => {
    const tls = { tlsCert: one.cert, tlsKey: one.key, tlsClientCa: one.cert };
    const { grpcUrl } = await startServer(tls);
    const [owner, other] = ['owner', 'other'].map((name) => {
      const names = { subject: '/', alternatives: `URI:spiffe://yard/${name}` };
      return uploadsAs(grpcUrl, makeCertificate(folder, name, one, names));
    }) as [ReturnType<typeof uploadsAs>, ReturnType<typeof uploadsAs>];
    const { upload: { id = '' } = {} } = await owner.createUpload({ name: 'a.png', sizeBytes: 4n });
    await owner.getUpload({ id });
    await expect(other.getUpload({ id })).rejects.toMatchObject({ code: Code.NotFound });
  });

  test.each([
    [{ uploads: 1 }, 'cert:CN=greedy has 1 uploads already, its quota allows 1'],
    [{ requests: 0.001 }, 'cert:CN=greedy has used its quota of requests'],
  ])('each caller by certificate has %j, by whatever connection', async (certificateQuotas, text) => {
    const tls = { tlsCert: one.cert, tlsKey: one.key, tlsClientCa: one.cert };
    const { grpcUrl } = await startServer({ ...tls, certificateQuotas });
    const [greedy, modest] = ['greedy', 'modest'].map((name) =>
      makeCertificate(folder, name, one, { subject: `/CN=${name}`, alternatives: '' }),
    );
    const create = (pair: Pair | undefined) =>
      uploadsAs(grpcUrl, pair).createUpload({ name: 'a.png', sizeBytes: 4n });
    await create(greedy);
    await expect(create(greedy)).rejects.toMatchObject({
      code: Code.ResourceExhausted,
      rawMessage: expect.stringContaining(text),
    });
    await create(modest);
  });

  test('with an authority and tokens, callers need both', async () => {
    const { tokens, tokensFile } = writeTokens(['phone']);
    const tls = { tlsCert: one.cert, tlsKey: one.key, tlsClientCa: one.cert };
    const { grpcUrl } = await startServer({ ...tls, tokensFile, health: 'token' });
    const headers = { authorization: `Bearer ${tokens.phone}` };
    await dial(grpcUrl, ours).check({}, { headers });
    await expect(dial(grpcUrl, ours).check({})).rejects.toThrow('token');
    await expect(dial(grpcUrl).check({}, { headers })).rejects.toThrow();
  });

  test('an authority that is no certificate stops the start', async () => {
    const nonsense = join(folder, 'ca.pem');
    writeFileSync(nonsense, '');
    const start = startServer({ tlsCert: one.cert, tlsKey: one.key, tlsClientCa: nonsense });
    await expect(start).rejects.toThrow(SettingError);
    await expect(start).rejects.toThrow(`TLS_CLIENT_CA is ${nonsense}, which has no certificate`);
  });

  test('the fake detector is not reached without', async () => {
    const tls = { tlsCert: one.cert, tlsKey: one.key, tlsClientCa: one.cert };
    const { grpcUrl, detector } = await startServer(tls);
    await expect(openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1))).rejects.toThrow();
    expect(detector.jobs).toEqual([]);
  });
});
