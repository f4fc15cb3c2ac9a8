import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Health } from '@boxwire/proto/grpc/health/v1/health';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, describe, expect, test } from 'vitest';
import { SettingError } from '../../src/setting.ts';
import { openHttp2 } from './connect-clients.ts';
import { imageOf, startServer, until } from './harness.ts';
import { makeCertificate, type Pair } from './tls-files.ts';
import { writeTokens } from './token-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'boxwire-tls-renewal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const first = makeCertificate(folder, 'first');
const second = first && makeCertificate(folder, 'second');
const client = first && makeCertificate(folder, 'client-1', first);
const stranger = second && makeCertificate(folder, 'stranger', second);

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

  const dial = (baseUrl: string, pair?: Pair) => {
    const identity = pair && { cert: readFileSync(pair.cert), key: readFileSync(pair.key) };
    const nodeOptions = { rejectUnauthorized: false, ...identity };
    return createClient(Health, createGrpcTransport({ baseUrl, nodeOptions }));
  };

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
    expect(finished()).toMatchObject([{ caller: 'cert:client-1' }]);
  });

  test('calls with the same certificate are of one caller', async () => {
    const { grpcUrl, detector } = await startServer({
      ...{ tlsCert: one.cert, tlsKey: one.key, tlsClientCa: one.cert },
    });
    detector.answerAll();
    const nodeOptions = {
      rejectUnauthorized: false,
      cert: readFileSync(ours.cert),
      key: readFileSync(ours.key),
    };
    const transport = createGrpcTransport({ baseUrl: grpcUrl, nodeOptions });
    for (const _ of 'ab') await createClient(MlPredictions, transport).predictSingleImage(imageOf(1));
    expect(detector.jobs.map(({ caller }) => caller)).toEqual(['cert:client-1', 'cert:client-1']);
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
