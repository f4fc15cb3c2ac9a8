import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Settings } from './config.ts';
import { readSmallFile } from './read-small-file.ts';
import { SettingError } from './setting.ts';

/** What both ports need to speak TLS. */
export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Those that callers' certificates must come from; without, callers need none. */
  readonly ca?: Buffer;
}

/** In PEM, today's way to say that a key has a passphrase, and the one before. */
const ENCRYPTED = /^(-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED)/m;

type TlsSettings = Pick<Settings, 'tlsCert' | 'tlsKey' | 'tlsClientCa'>;

/** The files as they are now, checked. `undefined` without TLS. @throws {SettingError} */
export function readTls({ tlsCert, tlsKey, tlsClientCa }: TlsSettings): Tls | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const tls = {
    cert: readPem('TLS_CERT', tlsCert),
    key: readPem('TLS_KEY', tlsKey),
    ...(tlsClientCa !== undefined && { ca: readPem('TLS_CLIENT_CA', tlsClientCa) }),
  };
  if (ENCRYPTED.test(tls.key.toString('latin1')))
    throw new SettingError(`TLS_KEY is ${tlsKey}, which has a passphrase; openssl pkey writes it without`);
  check(`TLS_CERT is ${tlsCert} and TLS_KEY is ${tlsKey}, which are no certificate and its key`, () =>
    createSecureContext({ cert: tls.cert, key: tls.key }),
  );
  // OpenSSL takes a file without certificates for an empty list, and would then turn everybody away.
  check(
    `TLS_CLIENT_CA is ${tlsClientCa}, which has no certificate`,
    () => tls.ca && new X509Certificate(tls.ca),
  );
  return tls;
}

function readPem(name: string, path: string): Buffer {
  return check(`${name} is ${path}, which cannot be read`, () => readSmallFile(path));
}

function check<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new SettingError(`${what}: ${(cause as Error).message}`, { cause });
  }
}
