import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { download } from '../../src/models/download.ts';
import { content, expectTheFileAlone, folder, nothing, path, run } from './support/downloads.ts';
import { releaseServer } from './support/release-server.ts';

describe('what an earlier attempt left is continued', () => {
  test('a file at rest', async () => {
    writeFileSync(`${path}.partial`, content.subarray(0, 200_000));
    expect(await run(['good'])).toEqual(['bytes=200000-']);
    expectTheFileAlone();
  });

  test('the file of a process that was killed', async () => {
    const left = `${path}.${randomUUID()}.partial`;
    writeFileSync(left, content.subarray(0, 1000));
    utimesSync(left, new Date(0), new Date(0));
    expect(await run(['good'])).toEqual(['bytes=1000-']);
    expectTheFileAlone();
  });

  test('the largest of several, and the others are removed', async () => {
    for (const bytes of [1000, 3000, 2000]) {
      const left = `${path}.${randomUUID()}.partial`;
      writeFileSync(left, content.subarray(0, bytes));
      utimesSync(left, new Date(0), new Date(0));
    }
    writeFileSync(`${path}.partial`, content.subarray(0, 10));
    expect(await run(['good'])).toEqual(['bytes=3000-']);
    expectTheFileAlone();
  });

  test('but not the file of a process that is alive', async () => {
    const left = `${path}.${randomUUID()}.partial`;
    writeFileSync(left, content.subarray(0, 1000));
    expect(await run(['good'])).toEqual(['']);
    expect(readFileSync(left).length).toBe(1000);
  });

  test('one that is complete needs no server', async () => {
    writeFileSync(`${path}.partial`, content);
    expect(await run([{ status: 500 }])).toEqual([]);
    expectTheFileAlone();
  });

  test('one with other content is fetched again from the start', async () => {
    writeFileSync(`${path}.partial`, Buffer.alloc(1000));
    expect(await run(['good'])).toEqual(['bytes=1000-', '']);
    expectTheFileAlone();
  });

  test('one that is too long is fetched again from the start', async () => {
    writeFileSync(`${path}.partial`, Buffer.alloc(content.length + 1));
    expect(await run(['good'])).toEqual(['']);
    expectTheFileAlone();
  });
});

test('a file that was left before the clock was set back is continued', async () => {
  const left = `${path}.${randomUUID()}.partial`;
  writeFileSync(left, content.subarray(0, 200_000));
  const nextYear = new Date(Date.now() + 365 * 24 * 3_600_000);
  utimesSync(left, nextYear, nextYear);
  expect(await run(['good'])).toEqual(['bytes=200000-']);
  expectTheFileAlone();
});

test('one that the clock made look abandoned under its writer: both arrive', async () => {
  await using server = await releaseServer(content, { silentAfter: 100_000 }, 'good');
  const request = { ...nothing, url: server.url, path, timeoutMs: 1000 };
  const first = download(request);
  const names = () => readdirSync(folder).filter((name) => name.endsWith('.partial'));
  while (!names().some((name) => statSync(join(folder, name)).size === 100_000))
    await new Promise(setImmediate);
  for (const name of names()) utimesSync(join(folder, name), new Date(0), new Date(0));
  await download(request);
  await first;
  expectTheFileAlone();
});
