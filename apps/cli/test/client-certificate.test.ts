// Servers that know their callers by certificates (TLS_CLIENT_CA), from the shell.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../server/test/rpc/harness.ts';
import { makeCertificate } from '../../server/test/rpc/tls-files.ts';
import { temporaryFolder } from '../../server/test/small-model.ts';
import { runCli } from './cli-process.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const cwd = folder.path;
const authority = makeCertificate(cwd, 'authority');
if (authority) for (const name of ['server', 'ours']) makeCertificate(cwd, name, authority);
if (authority) makeCertificate(cwd, 'theirs');
if (authority)
  execFileSync('openssl', 'pkey -in ours.key.pem -out locked.pem -aes256 -passout pass:word'.split(' '), {
    cwd,
  });
const pem = (name: string) => join(cwd, `${name}.pem`);

describe.skipIf(!authority)('a server that wants certificates of its callers', () => {
  test.each<[string[], number, RegExp]>([
    [['--cert', 'ours.cert.pem', '--key', 'ours.key.pem'], 1, /^x\.jpg: there is no such file$/],
    [[], 3, /^what answers at https:\S+ wants a certificate of its callers: --cert and --key$/],
    [
      ['--cert', 'theirs.cert.pem', '--key', 'theirs.key.pem'],
      3,
      /^what answers at https:\S+ hangs up on the certificate of --cert: it has expired, or .*TLS_CLIENT_CA$/,
    ],
    [
      ['--cert', 'ours.cert.pem', '--key', 'theirs.key.pem'],
      2,
      /^--cert is ours\.cert\.pem and --key is theirs\.key\.pem, which are no .*key: key values mismatch;/,
    ],
    [
      ['--cert', 'ours.cert.pem', '--key', 'locked.pem'],
      2,
      /^--key is locked\.pem, which has a passphrase; openssl pkey writes it without;/,
    ],
    [
      ['--cert', 'none.pem', '--key', 'ours.key.pem'],
      2,
      /^--cert is none\.pem, which cannot be read: ENOENT/,
    ],
  ])('%j', async (args, expected, told) => {
    const tls = { tlsCert: pem('server.cert'), tlsKey: pem('server.key') };
    const { grpcUrl } = await startServer({ ...tls, tlsClientCa: pem('authority.cert') });
    const env = { NODE_EXTRA_CA_CERTS: pem('authority.cert') };
    const { code, err } = await runCli(['--server', grpcUrl, ...args, 'x.jpg'], { cwd, env });
    expect({ code, err }).toEqual({ code: expected, err: [expect.stringMatching(told)] });
  });

  test('one that cuts the first connection off is asked why, not waited for', async () => {
    const [key, cert] = ['server.key', 'server.cert'].map((name) => readFileSync(pem(name)));
    const tls = createTlsServer({ key, cert, ALPNProtocols: ['h2'] }, (socket) => socket.end());
    let count = 0;
    const server = createTcpServer((socket) => {
      if (count++ > 0) tls.emit('connection', socket);
      else socket.once('data', () => socket.resetAndDestroy());
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, err } = await runCli(['--server', url, 'x.jpg'], { cwd });
    const told = `what answers at ${url} wants TLS: its address begins with https://`;
    expect({ code, err }).toEqual({ code: 3, err: [told] });
  });
});
