import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DownloadProgress, download } from '../../src/models/download.ts';
import {
  content,
  expectTheFileAlone,
  fail,
  folder,
  nothing,
  path,
  run,
  sha256,
} from './support/downloads.ts';
import { type Behaviour, releaseServer } from './support/release-server.ts';

describe('a file arrives', () => {
  test('in a folder that is made, with progress up to the end', async () => {
    const reports: DownloadProgress[] = [];
    const deep = join(folder, 'a/b/model.pt');
    expect(await run(['good'], { path: deep, onProgress: (report) => reports.push(report) })).toEqual(['']);
    expect(readFileSync(deep).equals(content)).toBe(true);
    expect(reports[0]).toEqual({ fileName: 'model.pt', receivedBytes: 0, totalBytes: content.length });
    expect(reports.at(-1)?.receivedBytes).toBe(content.length);
    const received = reports.map((report) => report.receivedBytes);
    expect(received).toEqual(received.toSorted((a, b) => a - b));
  });

  const ways: [string, Behaviour[], string[]][] = [
    ['after a broken connection', [{ breakAfter: 100_000 }, 'good'], ['', 'bytes=100000-']],
    ['after two', [{ breakAfter: 5 }, { breakAfter: 7 }, 'good'], ['', 'bytes=5-', 'bytes=12-']],
    ['from a server without ranges', [{ breakAfter: 100_000 }, 'whole'], ['', 'bytes=100000-']],
    ['from a busy server', [{ status: 503 }, { status: 429 }, 'good'], ['', '', '']],
    ['where the server cannot continue', [{ breakAfter: 9 }, { status: 416 }, 'good'], ['', 'bytes=9-', '']],
    [
      'where the server continues something else',
      [{ breakAfter: 9 }, { status: 206, headers: { 'content-range': 'bytes 8-299999/300000' } }, 'good'],
      ['', 'bytes=9-', ''],
    ],
  ];
  test.each(ways)('%s', async (_, behaviours, ranges) => {
    expect(await run(behaviours)).toEqual(ranges);
    expectTheFileAlone();
  });

  test('through redirects', async () => {
    await using target = await releaseServer(content);
    await run([{ status: 302, headers: { location: target.url } }]);
    expectTheFileAlone();
  });

  test('after the server fell silent', async () => {
    expect(await run([{ silentAfter: 1000 }, 'good'], { timeoutMs: 300 })).toEqual(['', 'bytes=1000-']);
    expectTheFileAlone();
  });
});

describe('a failure says what it is and leaves nothing under the name', () => {
  const page = Buffer.from('<title>Sign in</title>');
  const failures: [string, Behaviour[], RegExp, number][] = [
    ['no such file', [{ status: 404 }], /the server answers 404 Not Found/, 1],
    ['forbidden', [{ status: 403 }], /403/, 1],
    ['busy for ever', [{ status: 503 }], /503/, 4],
    ['broken for ever', [{ breakAfter: 0 }], /broke|cannot be reached|stopped/, 4],
    [
      'another size',
      [{ status: 200, headers: { 'content-length': '22' }, body: page }],
      /22 bytes instead of 300000/,
      1,
    ],
    [
      'more than it should',
      [{ status: 200, headers: { 'transfer-encoding': 'chunked' }, body: Buffer.alloc(400_000) }],
      /more than the 300000 bytes/,
      1,
    ],
  ];
  test.each(failures)('%s', async (_, behaviours, message, count) => {
    const failure = await fail(behaviours);
    expect(failure.message).toMatch(message);
    expect(failure.requests.length).toBe(count);
    expect(failure.files).not.toContain('model.pt');
  });

  test('a wrong checksum: nothing is kept', async () => {
    const { message, files, requests } = await fail(['good'], { sha256: '0'.repeat(64) });
    expect(message).toBe(`its SHA-256 is ${sha256} instead of ${'0'.repeat(64)}`);
    expect(files).toEqual([]);
    expect(requests).toEqual(['']);
  });

  test('what has arrived is kept for the next time', async () => {
    const failure = await fail([{ breakAfter: 1000 }, { status: 404 }]);
    expect(failure.files).toEqual(['model.pt.partial']);
    expect(await run(['good'])).toEqual(['bytes=1000-']);
    expectTheFileAlone();
  });

  test('nobody there: no waiting, no file', async () => {
    const gone = await releaseServer(content);
    await gone[Symbol.asyncDispose]();
    const { message, files } = await fail([], { url: gone.url, retryDelayMs: 3_600_000 });
    expect(message).toMatch(/^127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/);
    expect(files).toEqual([]);
  });

  test('a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { message } = await fail(['good'], { path: join(folder, 'file/model.pt') });
    expect(message).toMatch(/file cannot be made/);
  });
});

test('what is stopped on the way is kept for the next time', async () => {
  await using server = await releaseServer(content, { silentAfter: 100_000 }, { status: 503 }, 'good');
  const until = async (requests: number, bytes: number) => {
    const stopping = new AbortController();
    const request = { ...nothing, url: server.url, path, retryDelayMs: 60_000, signal: stopping.signal };
    const stopped = expect(download(request)).rejects.toThrow('enough');
    const sizes = () => readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    await expect.poll(() => [server.requests.length, ...sizes()]).toEqual([requests, bytes]);
    stopping.abort(new Error('enough'));
    await stopped;
    expect(readdirSync(folder)).toEqual(['model.pt.partial']);
  };
  await until(1, 100_000);
  // While it waits before another attempt.
  await until(2, 100_000);
  await download({ ...nothing, url: server.url, path });
  expect(server.requests).toEqual(['', 'bytes=100000-', 'bytes=100000-']);
  expectTheFileAlone();
});

test('several at once do not disturb each other', async () => {
  await using server = await releaseServer(content, { breakAfter: 1000 }, { breakAfter: 50_000 }, 'good');
  writeFileSync(`${path}.partial`, content.subarray(0, 10_000));
  const one = () => download({ ...nothing, url: server.url, path });
  await Promise.all([one(), one(), one(), one(), one()]);
  expectTheFileAlone();
});
