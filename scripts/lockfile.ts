// Checks the lockfile without any network: no version that is known to be bad, and every package with its checksum.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A version that must not be in the lockfile: one of `versions`, or any below `below`. */
export interface KnownBad {
  readonly name: string;
  readonly versions?: readonly string[];
  readonly below?: string;
  readonly why: string;
}

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** SHA-512 in base64; undefined where there is none. */
  readonly checksum: string | undefined;
}

/** The packages of a `pnpm-lock.yaml`, in its version 9. */
export function readLockfile(text: string): LockedPackage[] {
  const [, section = ''] = /\npackages:\n([\s\S]*?)\n(?=\S)/.exec(text) ?? [];
  const entries = section.matchAll(/\n {2}'?((?:@[^/\s]+\/)?[^@\s]+)@([^':\s]+)'?:\n {4}resolution: (.*)/g);
  return Array.from(entries, ([, name = '', version = '', resolution = '']) => ({
    name,
    version,
    checksum: /integrity: sha512-([\w+/=]+)/.exec(resolution)?.[1],
  }));
}

/** What is wrong, a line each. */
export function complaintsAbout(packages: readonly LockedPackage[], list: readonly KnownBad[]): string[] {
  const bad = packages.flatMap(({ name, version }) =>
    list
      .filter((known) => known.name === name && isMeant(version, known))
      .map(({ why }) => `${name} ${version}: ${why}`),
  );
  const unchecked = packages.filter(({ checksum }) => checksum === undefined);
  return [...bad, ...unchecked.map(({ name, version }) => `${name} ${version}: has no checksum`)];
}

function isMeant(version: string, { versions = [], below }: KnownBad): boolean {
  return versions.includes(version) || (below !== undefined && isBelow(version, below));
}

/** By major, minor and patch; what comes before a release counts as the release. */
function isBelow(version: string, limit: string): boolean {
  const numbers = (text: string) => text.split(/[-+]/, 1)[0]?.split('.').map(Number) ?? [];
  const [ours, theirs] = [numbers(version), numbers(limit)];
  for (const [index, number] of theirs.entries()) {
    const difference = (ours[index] ?? 0) - number;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const packages = readLockfile(read('../pnpm-lock.yaml'));
  const complaints = complaintsAbout(packages, JSON.parse(read('known-bad.json')));
  if (packages.length === 0) complaints.push('the lockfile has no packages: is it of another version?');
  for (const complaint of complaints) console.error(`pnpm-lock.yaml: ${complaint}`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}
