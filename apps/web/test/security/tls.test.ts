import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readTls, toPath } from '../../src/security/tls.ts';
import { SettingError } from '../../src/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'boxwire-web-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const nonsense = join(folder, 'nonsense.pem');
writeFileSync(nonsense, 'nonsense');

it.each([
  ['TLS_CERT', { cert: join(folder, 'missing.pem'), key: nonsense }, 'missing.pem'],
  ['TLS_KEY', { cert: nonsense, key: join(folder, 'missing.pem') }, 'missing.pem'],
  ['TLS_CERT', { cert: nonsense, key: nonsense }, 'nonsense.pem'],
])('names %s where it cannot be used, in one line', (name, files, file) => {
  const read = () => readTls(files);
  expect(read).toThrow(SettingError);
  expect(read).toThrow(new RegExp(`^${name} is ".*${file}", allowed is .*$`));
});

it('takes paths from the checkout on', () => {
  expect(toPath('package.json')).toBe(join(import.meta.dirname, '../../../../package.json'));
  expect(toPath(nonsense)).toBe(nonsense);
});
