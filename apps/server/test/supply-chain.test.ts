import { execSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

interface Part {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly 'bom-ref': string;
  readonly licenses?: readonly unknown[];
  readonly externalReferences?: readonly { readonly hashes?: readonly { alg: string; content: string }[] }[];
}

/** The one that runs this, which is there without a network, too. */
const PNPM = spawnSync('pnpm', ['--version']).status === 0 ? 'pnpm' : 'npx -y pnpm@12';

interface BillOfMaterials {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly component: Part };
  readonly components: readonly Part[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** What the command in SECURITY.md writes, with or without one of its options. */
function billOfMaterials(without = ''): BillOfMaterials {
  const [command = ''] = /^npx pnpm@12 sbom .*$/m.exec(read('SECURITY.md')) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'boxwire-sbom-'));
  try {
    const out = join(folder, 'sbom.json');
    const typed = command.replace('npx pnpm@12', PNPM).replace(without, '').replace('sbom.json', out);
    execSync(typed, { cwd: fileURLToPath(new URL('../../../', import.meta.url)), stdio: 'ignore' });
    return JSON.parse(readFileSync(out, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ours = ({ group }: Part) => group === '@boxwire';
const nameOf = ({ group, name, version }: Part) => `${group ? `${group}/` : ''}${name}@${version}`;

test('the bill of materials is what SECURITY.md says: every package of the lockfile, with its checksum', () => {
  const { bomFormat, specVersion, serialNumber, metadata, components, dependencies } = billOfMaterials();
  expect({ bomFormat, specVersion }).toEqual({
    bomFormat: 'CycloneDX',
    specVersion: expect.stringMatching(/^1\.\d$/),
  });
  expect(serialNumber).toMatch(/^urn:uuid:[\da-f-]{36}$/);
  const listed = components
    .filter((part) => !ours(part))
    .map((part) => {
      const hashes = part.externalReferences?.flatMap((reference) => reference.hashes ?? []) ?? [];
      const sha512 = hashes.find(({ alg }) => alg === 'SHA-512')?.content ?? '';
      return [nameOf(part), Buffer.from(sha512, 'hex').toString('base64')];
    });
  const locked = readLockfile(LOCKFILE).map(({ name, version, checksum }) => [
    `${name}@${version}`,
    checksum,
  ]);
  expect(listed.sort()).toEqual(locked.sort());
  // Each is named once, and whoever is said to be needed is there.
  const refs = [metadata.component, ...components].map((part) => part['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  for (const { purl } of components) expect(purl).toMatch(/^pkg:npm\/\S+@\S+$/);
  const needed = dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]);
  expect(new Set(refs)).toEqual(new Set([...needed, ...refs]));
});

test('of what is installed here, it knows every licence', () => {
  const { components } = billOfMaterials('--lockfile-only');
  expect(components.length).toBeGreaterThan(50);
  expect(components.filter(({ licenses = [] }) => licenses.length === 0).map(nameOf)).toEqual([]);
});
