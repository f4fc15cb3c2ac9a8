import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { complaintsAbout, type KnownBad, readLockfile } from '../../../scripts/lockfile.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const LOCKFILE = read('pnpm-lock.yaml');
const LIST: KnownBad[] = JSON.parse(read('scripts/known-bad.json'));

test('every package of the lockfile is read, and none is known to be bad', () => {
  const packages = readLockfile(LOCKFILE);
  expect(packages.length).toBe(LOCKFILE.match(/^ {4}resolution: /gm)?.length);
  expect(complaintsAbout(packages, LIST)).toEqual([]);
});

test.each([
  ['chalk', '5.6.1', 'chalk 5.6.1: published by a thief, September 2025'],
  ['chalk', '5.6.0', undefined],
  ['sharp', '0.34.9', 'sharp 0.34.9: open holes in the libvips that it brings'],
  ['sharp', '0.35.0', undefined],
  ['next', '16.0.6', 'next 16.0.6: runs a stranger'],
  ['next', '9.9.9', 'next 9.9.9: runs'],
  ['undici', '10.0.0', undefined],
])('%s %s in a lockfile: %s', (name, version, complaint) => {
  const lockfile = `a: b\n\npackages:\n\n  '${name}@${version}':\n    resolution: {integrity: sha512-x}\n\nsnapshots:\n`;
  const complaints = complaintsAbout(readLockfile(lockfile), LIST);
  if (complaint === undefined) expect(complaints).toEqual([]);
  else expect(complaints.join()).toContain(complaint.split(' runs')[0]);
});

test('a package without a checksum is told', () => {
  const lockfile = `packages: x\npackages:\n\n  'a@1.0.0':\n    resolution: {tarball: https://example.org/a.tgz}\n\nsnapshots:\n`;
  expect(complaintsAbout(readLockfile(lockfile), [])).toEqual(['a 1.0.0: has no checksum']);
});

test('no dependency may run a script when it is installed, and each that would says why not', () => {
  const [, rules = ''] = /\nallowBuilds:\n([\s\S]*?)\n(?=\S)/.exec(read('pnpm-workspace.yaml')) ?? [];
  const lines = rules
    .trim()
    .split('\n')
    .map((line) => line.trim());
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('#')) continue;
    expect(line).toMatch(/: false$/);
    expect(lines[index - 1]).toMatch(/^# \S/);
  }
  expect(lines.length).toBeGreaterThan(4);
});
