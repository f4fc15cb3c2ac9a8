import { spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSmallFile } from '../src/read-small-file.ts';
import { temporaryFolder } from './small-model.ts';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

test('a file is read whole', () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'whole');
  expect(readSmallFile(path).toString()).toBe('whole');
});

test('one that is far too large is not', () => {
  const path = join(folder, 'large');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 24 + 1);
  expect(() => readSmallFile(path)).toThrow(/^it has 16777217 bytes; at most 16777216 are allowed$/);
});

test.skipIf(process.platform === 'win32')('nor is what is no file', () => {
  const pipe = join(folder, 'pipe');
  spawnSync('mkfifo', [pipe]);
  for (const path of [folder, '/dev/null', pipe])
    expect(() => readSmallFile(path)).toThrow(/^it is no file$/);
});
