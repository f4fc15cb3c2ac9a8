import { existsSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../src/make-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { path, write } = temporaryFolder();

test('a folder is made with those above it, by several at once, and is left as it is', async () => {
  // Often, as who is first is chance.
  for (let round = 0; round < 100; round++) {
    const folders = ['a/b/c', 'a/b/c', 'a/b'].map((folder) => join(path, `${round}`, folder));
    await Promise.all(folders.map(makeFolder));
  }
  const deep = join(path, '0/a/b/c');
  const before = statSync(deep);
  await makeFolder(deep);
  await makeFolder('/');
  expect(statSync(deep).ino).toBe(before.ino);
});

test('a link to a folder is one', async () => {
  symlinkSync(path, join(path, 'link'));
  await makeFolder(join(path, 'link/below'));
  await makeFolder(join(path, 'link'));
  expect(statSync(join(path, 'below')).isDirectory()).toBe(true);
});

test('what is in the way is told', async () => {
  const file = write('file', '');
  symlinkSync('/nowhere/else', join(path, 'dangling'));
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolder(join(path, 'dangling/below'))).rejects.toMatchObject({ code: 'EEXIST' });
});

test.skipIf(!existsSync('/proc/self'))('where nothing can be made, that is told at once', async () => {
  for (const folder of ['/proc/boxwire', '/proc/boxwire/below', '/proc/self/fd/boxwire/below'])
    await expect(makeFolder(folder), folder).rejects.toMatchObject({ code: 'ENOENT' });
});
