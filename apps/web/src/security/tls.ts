import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { SettingError, type TlsFiles } from '../settings.ts';

/** The certificate and its key as they are now, PEM. @throws {SettingError} when they cannot be used */
export function readTls({ cert, key }: TlsFiles): { cert: Buffer; key: Buffer } {
  const tls = { cert: read('TLS_CERT', cert), key: read('TLS_KEY', key) };
  try {
    createSecureContext(tls);
  } catch (error) {
    throw new SettingError(
      'TLS_CERT',
      cert,
      `a certificate to which TLS_KEY belongs (${(error as Error).message})`,
    );
  }
  return tls;
}

/** The file that a setting means. */
export function toPath(setting: string): string {
  return resolve(import.meta.dirname, '../../../..', setting);
}

function read(name: string, path: string): Buffer {
  try {
    return readFileSync(toPath(path));
  } catch (error) {
    throw new SettingError(name, path, `a file that can be read (${(error as Error).message})`);
  }
}
