import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DownloadProgress, type DownloadRequest, download } from '../../src/models/download.ts';
import { ModelError } from '../../src/models/model-error.ts';
import { type Behaviour, close, listen, releaseServer } from './support/release-server.ts';
import { selfSigned } from './support/self-signed.ts';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');
const nothing = { proxy: {}, retryDelayMs: 1, bytes: content.length, sha256 };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  path = join(folder, 'model.pt');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Downloads from a server that behaves like this and returns the ranges that it was asked for. */
async function run(behaviours: Behaviour[], request: Partial<DownloadRequest> = {}): Promise<string[]> {
  await using server = await releaseServer(content, ...behaviours);
  await download({ ...nothing, url: server.url, path, ...request });
  return server.requests;
}

async function fail(behaviours: Behaviour[], request: Partial<DownloadRequest> = {}) {
  await using server = await releaseServer(content, ...behaviours);
  const error = await download({ ...nothing, url: server.url, path, ...request }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ModelError);
  return { message: (error as ModelError).message, requests: server.requests, files: readdirSync(folder) };
}

function expectTheFileAlone(): void {
  expect(readdirSync(folder)).toEqual(['model.pt']);
  expect(readFileSync(path).equals(content)).toBe(true);
}

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
    const started = performance.now();
    const gone = await releaseServer(content);
    await gone[Symbol.asyncDispose]();
    const { message, files } = await fail([], { url: gone.url, retryDelayMs: 60_000 });
    expect(message).toMatch(/^127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/);
    expect(performance.now() - started).toBeLessThan(5000);
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

describe('through a proxy', () => {
  test('http: the proxy is asked for the whole address', async () => {
    await using server = await releaseServer(content);
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      httpRequest(server.url, (answer) => answer.pipe(response)).end();
    });
    const httpProxy = `http://127.0.0.1:${await listen(proxy)}`;
    const url = 'http://release.invalid/file';
    await download({ ...nothing, url, path, proxy: { httpProxy } });
    await close(proxy);
    expect(asked).toEqual([url]);
    expectTheFileAlone();
  });

  test("https: a tunnel, and the certificate is still the server's", async () => {
    const { key, cert } = selfSigned();
    const server = createHttpsServer({ key, cert }, (_, response) => response.end(content));
    const port = await listen(server);
    const asked: (string | undefined)[] = [];
    const proxy = createServer().on('connect', ({ url, headers }, socket) => {
      asked.push(url, headers['proxy-authorization']);
      const tunnel = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        socket.pipe(tunnel).pipe(socket);
      });
      socket.on('error', () => tunnel.destroy());
      tunnel.on('error', () => socket.destroy());
    });
    const httpsProxy = `http://me:secret@127.0.0.1:${await listen(proxy)}`;
    const request = { ...nothing, url: 'https://localhost/file', path, proxy: { httpsProxy } };
    try {
      await expect(download(request)).rejects.toThrow(/localhost cannot be reached: .*certificate/);
      setDefaultCACertificates([cert]);
      await download(request);
    } finally {
      setDefaultCACertificates(getCACertificates('bundled'));
      await Promise.all([close(server), close(proxy)]);
    }
    expect(asked.slice(-2)).toEqual(['localhost:443', `Basic ${btoa('me:secret')}`]);
    expectTheFileAlone();
  });

  test('https goes through the proxy for http where there is no other', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer().on('connect', ({ url }, socket) => {
      asked.push(url);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    const httpProxy = `http://127.0.0.1:${await listen(proxy)}`;
    await fail([], { url: 'https://localhost/file', proxy: { httpProxy } });
    await close(proxy);
    expect(asked[0]).toBe('localhost:443');
  });

  test('but not for a host that goes without', async () => {
    const proxy = { httpProxy: 'http://127.0.0.1:1', noProxy: '127.0.0.1' };
    await run(['good'], { proxy });
    expectTheFileAlone();
  });

  test('that is not there', async () => {
    const { message } = await fail(['good'], { proxy: { httpProxy: 'http://127.0.0.1:1' } });
    expect(message).toMatch(/ECONNREFUSED/);
    expect(existsSync(path)).toBe(false);
  });
});
