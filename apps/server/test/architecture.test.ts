import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SRC = join(ROOT, 'apps/server/src');

/** What imports what. */
type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** Paths in `src`, each with those that it imports. */
const pairs = globSync('**/*.ts', { cwd: SRC }).map((path): [string, string[]] => {
  const text = readFileSync(join(SRC, path), 'utf8');
  const found = [...text.matchAll(/\b(?:from|import)[\s(]+'(\.[^']+)'/g)];
  return [path, found.map(([, target = '']) => join(dirname(path), target))];
});
const files: Imports = new Map(pairs.map(([path, targets]) => [path, new Set(targets)]));

/** The folder or file of `src` in which a file is. */
const moduleOf = (path: string) => path.split('/')[0]?.replace(/\.ts$/, '') ?? '';

const modules = new Map<string, Set<string>>();
for (const [path, targets] of pairs) {
  const name = moduleOf(path);
  const others = targets.map(moduleOf).filter((other) => other !== name);
  modules.set(name, new Set([...(modules.get(name) ?? []), ...others]));
}

function findCycle(imports: Imports): string | undefined {
  const done = new Set<string>();
  const visit = (nodes: Iterable<string>, path: readonly string[]): string | undefined => {
    for (const node of nodes) {
      if (path.includes(node)) return [...path.slice(path.indexOf(node)), node].join(' -> ');
      const cycle = done.has(node) ? undefined : visit(imports.get(node) ?? [], [...path, node]);
      if (cycle) return cycle;
      done.add(node);
    }
    return undefined;
  };
  return visit(imports.keys(), []);
}

test('each module imports the next of those that the architecture puts in a row', () => {
  const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const row = /Imports go one way, `([^`]+)`/.exec(text)?.[1]?.split(' -> ') ?? [];
  expect(row.length).toBeGreaterThan(2);
  for (const [i, name] of row.slice(1).entries()) expect(modules.get(row[i] ?? '')).toContain(name);
});

// With the row above, also: none imports one before it.
test.each<[string, Imports]>([
  ['modules', modules],
  ['files', files],
])('%s import each other in no circle', (_, imports) => {
  expect(imports.size).toBeGreaterThan(10);
  expect(findCycle(imports)).toBeUndefined();
});

test('a circle would be found', () => {
  const imports = Object.entries({ a: ['b'], b: ['c', 'd'], c: [], d: ['e'], e: ['b'] });
  expect(findCycle(new Map(imports.map(([name, targets]) => [name, new Set(targets)])))).toBe(
    'b -> d -> e -> b',
  );
});

test('the architecture names every file and folder of the source', () => {
  const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const names = new Set(pairs.map(([path]) => path.split('/')[0] ?? ''));
  const named = new Set(text.split(/[`/]/));
  const missing = [...names].filter((name) => !named.has(name));
  expect(missing).toEqual([]);
});

test.skipIf(!existsSync(join(ROOT, '.git')))(
  'the architecture names everything that stands in the root',
  () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
    const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    // Those that every repository has, and the one that this is.
    const known = ['LICENSE', 'README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'apps', 'packages'];
    const names = new Set(tracked.map((path) => path.split('/')[0] ?? ''));
    const missing = [...names].filter((name) => !known.includes(name) && !text.includes(`\`${name}`));
    expect(missing).toEqual([]);
  },
);
