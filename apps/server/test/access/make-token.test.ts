import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { findByToken } from '../../src/access/token.ts';
import { parseTokenFile } from '../../src/access/token-file.ts';

const SCRIPT = fileURLToPath(new URL('../../../../scripts/make-token.ts', import.meta.url));
const make = (...args: string[]) => spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });

test('says a new token, and prints the line that knows it and not the token', () => {
  const { status, stdout, stderr } = make('camera-1', 'requests=2', 'uploads=3');
  expect(status).toBe(0);
  const token = /boxwire_[\w-]{43}/.exec(stderr)?.[0] ?? '';
  expect(stdout).not.toContain(token);
  const entries = parseTokenFile(stdout);
  expect(entries).toMatchObject([{ name: 'camera-1', limits: { requests: 2, uploads: 3 } }]);
  expect(findByToken(token, entries)).toBe(entries[0]);
  expect(make('camera-1').stderr).not.toContain(token);
});

test.each([
  [[], 'a name has'],
  [['#a'], 'a name does not begin with #'],
  [['a b'], 'after the name comes'],
  [['a', 'speed=1'], 'speed=1 is no quota'],
])('%j is refused', (args, message) => {
  const { status, stdout, stderr } = make(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test.skipIf(!existsSync('/dev/full'))('a line that cannot be written is told', () => {
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, 'camera-1'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/the line cannot be written: ENOSPC/);
});
