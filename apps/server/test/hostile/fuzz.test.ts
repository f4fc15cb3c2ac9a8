// A bounded run of the fuzzer; `pnpm fuzz` goes on for as long as it is told.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Coverage, startCoverage } from '../../hostile/coverage.ts';
import { type FuzzTarget, fuzz } from '../../hostile/fuzz.ts';
import { FUZZ_TARGETS } from '../../hostile/fuzz-targets.ts';
import { createRandom } from '../../hostile/random.ts';

const RUNS = 500;
const SEED = 20;
const FINDS = fileURLToPath(new URL('../../hostile/finds/', import.meta.url));

let coverage: Coverage;
beforeAll(async () => {
  coverage = await startCoverage((url) => url.includes('/apps/server/src/'));
});
afterAll(() => coverage.stop());

describe.each(FUZZ_TARGETS.map((target) => [target.name, target] as const))('%s', (name, target) => {
  test('takes anything, or refuses it by an error of its own', async () => {
    const { kept, finds } = await fuzz(target, { runs: RUNS, random: createRandom(SEED), coverage });
    expect(finds).toEqual([]);
    expect(kept).toBeGreaterThan(0);
  });

  const folder = `${FINDS}${name}`;
  test.each(existsSync(folder) ? readdirSync(folder) : [])('and %s, which was found once', (file) => {
    expect(() => attempt(target, readFileSync(`${folder}/${file}`))).not.toThrow();
  });
});

function attempt(target: FuzzTarget, input: Uint8Array): void {
  try {
    target.parse(input);
  } catch (thrown) {
    if (!target.isFair(thrown)) throw thrown;
  }
}

test('the fuzzer finds what is behind three conditions, and a crash once for each place', async () => {
  const parse = (input: Uint8Array) => parseBadly(input);
  const target = { name: 'bad', seeds: [new Uint8Array(4)], words: [], parse, isFair: () => false };
  const all = await startCoverage((url) => url.includes('fuzz.test.ts'));
  const { finds } = await fuzz(target, { runs: 10_000, random: createRandom(3), coverage: all });
  await all.stop();
  expect(finds).toHaveLength(1);
  expect(finds[0]?.thrown).toMatchObject({ message: 'found' });
});

function parseBadly([first, second, third]: Uint8Array): void {
  if (first !== 0x7f) return;
  if (second !== 0x80) return;
  if (third !== 0xff) return;
  throw new TypeError('found');
}
