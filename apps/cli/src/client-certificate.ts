import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type CertificateFiles, UsageError } from './options.ts';

/** What proves to a server with TLS who calls, both as PEM. */
export interface ClientCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** In PEM, today's way to say that a key has a passphrase, and the one before. */
const ENCRYPTED = /^(-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED)/m;

/** @throws {UsageError} when a file cannot be read, or they are no certificate and its key */
export function readClientCertificate(files: CertificateFiles, folder: string): ClientCertificate {
  const read = (option: string, file: string) =>
    check(`${option} is ${file}, which cannot be read`, () => readFileSync(resolve(folder, file)));
  const pair = { cert: read('--cert', files.cert), key: read('--key', files.key) };
  if (ENCRYPTED.test(pair.key.toString('latin1')))
    throw new UsageError(`--key is ${files.key}, which has a passphrase; openssl pkey writes it without`);
  const what = `--cert is ${files.cert} and --key is ${files.key}, which are no certificate and its key`;
  check(what, () => createSecureContext(pair));
  return pair;
}

function check<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { reason, message } = error as Error & { reason?: string };
    // OpenSSL's messages begin with numbers, its reasons do not.
    throw new UsageError(`${what}: ${reason ?? message}`);
  }
}
