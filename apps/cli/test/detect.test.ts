// From the shell, against the real server with a small network: what comes out, and how it ends.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { openVideo } from '@boxwire/video';
import { canWriteVideo } from '@boxwire/video/write';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { writeAvi } from '../../../packages/video/test/avi.ts';
import { startServer } from '../../server/bench/server-process.ts';
import { createToken, hashToken } from '../../server/src/access/token.ts';
import { makeCertificate } from '../../server/test/rpc/tls-files.ts';
import { mountSmallDisk } from '../../server/test/small-disk.ts';
import { temporaryFolder, writeSmallCheckpoint } from '../../server/test/small-model.ts';
import { MAIN, runCli } from './cli-process.ts';

const folder = temporaryFolder();
const cwd = folder.path;
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  mkdirSync(join(cwd, 'album'));
  writeFileSync(
    join(cwd, 'clip.avi'),
    await writeAvi({ width: 96, height: 64, frames: 50, framesPerSecond: 10 }),
  );
  const noise = {
    width: 160,
    height: 90,
    channels: 3,
    noise: { type: 'gaussian', mean: 128, sigma: 60 },
  } as const;
  const picture = sharp({ create: { ...noise, background: 'grey' } });
  await picture.clone().png().toFile(join(cwd, 'album/1.png'));
  // Stored on its side: 160x90 in the file, 90x160 upright.
  await picture.clone().withMetadata({ orientation: 6 }).jpeg().toFile(join(cwd, 'album/2.jpg'));
  writeFileSync(join(cwd, 'album/broken.jpg'), 'no picture');
  server = await startServer({ MODEL: writeSmallCheckpoint(cwd), MODEL_DIR: cwd });
});
afterAll(async () => {
  await server?.stop();
  folder.remove();
});

const detect = (args: string[], input?: Uint8Array) =>
  runCli(args, { cwd, env: { GRPC_PORT: `${server.port}` }, ...(input && { input }) });

test('frames of a video as JSON, and nothing else', async () => {
  const { code, out, err } = await detect(['--json', 'clip.avi']);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  const expected = { source: 'clip.avi', width: 96, height: 64, predictions: expect.any(Array) };
  expect(out.map((line) => JSON.parse(line))).toEqual([
    { ...expected, frame: 24, timeMs: 2300 },
    { ...expected, frame: 48, timeMs: 4700 },
  ]);
});

test('a folder: upright sizes, natural order, and a file that fails', async () => {
  const { code, out, err } = await detect(['--json', '--conf', '0', 'album']);
  expect({ code, err }).toEqual({
    code: 1,
    err: [expect.stringMatching(/^broken\.jpg: .*JPEG.*that can be read, nor a video$/)],
  });
  const rows = out.map((line) => JSON.parse(line));
  expect(rows).toMatchObject([
    { source: '1.png', frame: 1, timeMs: 0, width: 160, height: 90 },
    { source: '2.jpg', frame: 1, timeMs: 0, width: 90, height: 160 },
  ]);
  const box = { name: expect.any(String), classId: expect.any(Number), confidence: expect.any(Number) };
  const corners = {
    xmin: expect.any(Number),
    ymin: expect.any(Number),
    xmax: expect.any(Number),
    ymax: expect.any(Number),
  };
  expect(rows[0].predictions[0]).toEqual({ ...box, ...corners });
});

test('a file that is too large for a message is left out, and the others are sent', async () => {
  // One byte too many, and one that just fits and is then no picture.
  const limit = 32 * 2 ** 20;
  // The data's tag and length, the frame's number, options without contents.
  const head = 5 + 2 + 2;
  writeFileSync(join(cwd, 'huge.jpg'), new Uint8Array(limit - head + 1));
  writeFileSync(join(cwd, 'large.jpg'), new Uint8Array(limit - head));
  const { code, out, err } = await detect(['--json', 'huge.jpg', 'large.jpg', 'album/1.png']);
  expect({ code, err }).toEqual({
    code: 1,
    err: [
      `huge.jpg: its message has ${limit + 1} bytes, MAX_MESSAGE_BYTES of the server allows ${limit}`,
      expect.stringMatching(/^large\.jpg: .*JPEG/),
    ],
  });
  expect(out.map((line) => JSON.parse(line).source)).toEqual(['1.png']);
});

test('a file that is far too large is not even read', async () => {
  // Holes take no room on the disk; in memory they would.
  writeFileSync(join(cwd, 'holes.jpg'), '');
  truncateSync(join(cwd, 'holes.jpg'), 3 * 2 ** 30);
  const { code, err } = await detect(['holes.jpg']);
  const told = `holes.jpg: it has ${3 * 2 ** 30} bytes, MAX_MESSAGE_BYTES of the server allows ${32 * 2 ** 20}`;
  expect({ code, err }).toEqual({ code: 1, err: [told] });
});

test.skipIf(process.platform === 'win32')('a name moves no cursor and begins no line', async () => {
  const name = 'a\nb\x1b[31m\x9b.png';
  writeFileSync(join(cwd, name), readFileSync(join(cwd, 'album/1.png')));
  const { out } = await detect(['--conf', '1', name]);
  const shown = 'a\\u000ab\\u001b[31m\\u009b.png';
  expect(out).toEqual([`sent ${shown}`, `${shown}: nothing`]);
  const { out: json } = await detect(['--json', name]);
  expect(json[0]).not.toContain('\x9b');
  expect(JSON.parse(json[0] ?? '').source).toBe(name);
});

test('lines for people, each frame sent before it is answered', async () => {
  const { code, out, err } = await detect(['--every', '10', '--conf', '1', 'clip.avi', 'album/1.png']);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  const names = [10, 20, 30, 40, 50].map((frame) => `frame ${frame} of clip.avi`).concat('1.png');
  for (const name of names) {
    const [sent, answered] = [out.indexOf(`sent ${name}`), out.indexOf(`${name}: nothing`)];
    expect(sent, name).toBeGreaterThanOrEqual(0);
    expect(answered, name).toBeGreaterThan(sent);
  }
  expect(out).toHaveLength(2 * names.length);
});

test.each(['clip.avi', 'album/1.png'])('%s by standard input', async (file) => {
  const { code, out } = await detect(['--json', '-'], readFileSync(join(cwd, file)));
  expect(code).toBe(0);
  expect(JSON.parse(out[0] ?? '')).toMatchObject({ source: 'stdin' });
});

test.skipIf(process.platform === 'win32')('a video and a picture by named pipes', async () => {
  const inputs = ['clip.avi', 'album/1.png'];
  const pipes = inputs.map((input) => `${basename(input)}.pipe`);
  spawnSync('mkfifo', pipes, { cwd });
  const writing = inputs.map((input, index) =>
    writeFile(join(cwd, pipes[index] ?? ''), readFileSync(join(cwd, input))),
  );
  const { code, out, err } = await detect(['--json', ...pipes]);
  await Promise.all(writing);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  const sources = ['clip.avi.pipe', 'clip.avi.pipe', '1.png.pipe'];
  expect(out.map((line) => JSON.parse(line).source)).toEqual(sources);
});

test('options reach the server', async () => {
  const count = async (...args: string[]) => {
    const { out } = await detect(['--json', '--image-size', '32', ...args, 'album/1.png']);
    return JSON.parse(out[0] ?? '').predictions.length;
  };
  const all = await count('--conf', '0', '--iou', '1');
  expect(await count('--conf', '0', '--iou', '0')).toBeLessThan(all);
  expect(await count('--conf', '1')).toBe(0);
  const wrong = await detect(['--classes', 'nosuch', 'album/1.png']);
  expect(wrong).toMatchObject({ code: 1, err: [expect.stringMatching(/1\.png: .*nosuch/)] });
});

test('what cannot be read does not keep the rest from being read', async () => {
  writeFileSync(join(cwd, 'cut.avi'), readFileSync(join(cwd, 'clip.avi')).subarray(0, 10_000));
  const { code, out, err } = await detect(['--json', '--every', '1', 'no.jpg', 'cut.avi', 'album/1.png']);
  expect(code).toBe(1);
  expect(err).toEqual(['no.jpg: there is no such file', expect.stringMatching(/^cut\.avi: .*cut short/)]);
  expect(out.map((line) => JSON.parse(line).source)).toEqual(expect.arrayContaining(['cut.avi', '1.png']));
});

if (!canWriteVideo()) console.warn('\nNOT TESTED: annotated videos, because node-av is absent\n');

test.skipIf(!canWriteVideo())(
  'annotated pictures and videos have the upright size and the frames’ times',
  async () => {
    const { code, err } = await detect(['--conf', '0', '--out', 'out', 'album/2.jpg', 'clip.avi']);
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['2.jpg.boxes.jpg', 'clip.avi.boxes.mp4']);
    expect(await sharp(join(cwd, 'out/2.jpg.boxes.jpg')).metadata()).toMatchObject({
      width: 90,
      height: 160,
    });
    await using video = await openVideo(join(cwd, 'out/clip.avi.boxes.mp4'));
    expect(video.info).toMatchObject({ codec: 'h264', width: 96, height: 64 });
    const times = [];
    for await (const { timeMs } of video) times.push(timeMs);
    expect(times).toEqual([0, 4700]);
  },
);

test.each([[], ['--json']])('a video that is too short to be searched is told (%j)', async (...options) => {
  const { code, out, err } = await detect([...options, '--every', '51', 'clip.avi']);
  const told = 'clip.avi is shorter than --every 51: none of its frames (50) was searched';
  expect({ code, out, err }).toEqual({ code: 0, out: [], err: [told] });
});

test('what cannot be written is named, with the reason', async () => {
  mkdirSync(join(cwd, 'taken/1.png.boxes.jpg'), { recursive: true });
  mkdirSync(join(cwd, 'taken/clip.avi.boxes.mp4'));
  const cases: [string, string, RegExp][] = [
    ['taken', 'album/1.png', /\/taken\/1\.png\.boxes\.jpg cannot be written: EISDIR/],
    ['taken', 'clip.avi', /^EISDIR: .*\/taken\/clip\.avi\.boxes\.mp4'$/],
  ];
  for (const [out, input, told] of cases.slice(0, canWriteVideo() ? 2 : 1)) {
    const { code, err } = await detect(['--json', '--out', out, input]);
    expect({ code, err }).toEqual({ code: 1, err: [expect.stringMatching(told)] });
  }
});

test.each(['clip.avi', 'clip.avi/inner'])('%s is no folder to write to, and nothing is sent', async (out) => {
  const { code, out: sent, err } = await detect(['--out', out, 'album/1.png']);
  const told = `--out is ${join(cwd, out)}, which is no folder; --help tells more`;
  expect({ code, sent, err }).toEqual({ code: 2, sent: [], err: [told] });
});

test.skipIf(process.platform !== 'linux')(
  'a folder that cannot be made is told, and nothing is sent',
  async () => {
    const { code, out, err } = await detect(['--out', '/proc/out', 'album/1.png']);
    const told = expect.stringMatching(/^\/proc\/out cannot be made: ENOENT/);
    expect({ code, out, err }).toEqual({ code: 1, out: [], err: [told] });
  },
);

const disk = mountSmallDisk();
afterAll(() => disk?.unmount());
test.skipIf(!disk)('a full disk is told', async () => {
  const out = disk?.path ?? '';
  writeFileSync(join(out, 'filling'), new Uint8Array(2 ** 20 - 4096));
  const reasons: [string, RegExp][] = [
    ['album/1.png', /\/1\.png\.boxes\.jpg cannot be written: ENOSPC/],
    ['clip.avi', /\/clip\.avi\.boxes\.mp4 could not be encoded: FFmpeg: No space left on device$/],
  ];
  for (const [input, told] of reasons.slice(0, canWriteVideo() ? 2 : 1)) {
    const { code, err } = await detect(['--json', '--out', out, input]);
    expect({ code, err }).toEqual({ code: 1, err: [expect.stringMatching(told)] });
  }
});

test.skipIf(!existsSync('/dev/full')).each([['--json', 'album/1.png'], ['--help'], ['--version']])(
  'standard output that takes nothing is told (%s)',
  (...args) => {
    const { status, stderr } = spawnSync(
      '/bin/sh',
      ['-c', 'exec "$0" "$@" >/dev/full', process.execPath, MAIN, ...args],
      { cwd, env: { ...process.env, GRPC_PORT: `${server.port}` }, encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^the output cannot be written: ENOSPC.*\n$/),
    });
  },
);

test('standard input that never ends and is no video is not kept', async () => {
  const limit = 32 * 2 ** 20;
  const { code, err } = await detect(['-', 'album/1.png'], new Uint8Array(limit + 1));
  const told = `stdin: it has more than ${limit} bytes, which MAX_MESSAGE_BYTES of the server allows, and is no video`;
  expect({ code, err }).toEqual({ code: 1, err: [told] });
});

test('standard input that cannot be kept is told', async () => {
  const TMPDIR = join(cwd, 'nowhere');
  const env = { GRPC_PORT: `${server.port}`, TMPDIR };
  const { code, err } = await runCli(['-'], { cwd, env, input: Buffer.from('x') });
  const told = expect.stringMatching(`^stdin: it cannot be kept in ${TMPDIR}: ENOENT`);
  expect({ code, err }).toEqual({ code: 1, err: [told] });
});

test('without a server it ends with 3', async () => {
  const { code, out, err } = await runCli(['--server', 'localhost:1', 'album/1.png'], { cwd });
  expect({ code, out }).toEqual({ code: 3, out: [] });
  expect(err).toEqual([expect.stringMatching(/no server answers at http:\/\/localhost:1/)]);
});

test('what answers and speaks no HTTP/2 is no server either', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const { code, out, err } = await runCli(['--server', url, 'album/1.png'], { cwd });
  const told = `what answers at ${url} speaks no HTTP/2; GRPC_PORT is the one to name`;
  expect({ code, out, err }).toEqual({ code: 3, out: [], err: [told] });
});

test('a proxy that loses the end of gRPC’s answers is told, not waited for', async () => {
  let calls = 0;
  const proxy = createHttp2Server().listen(0, '127.0.0.1');
  proxy.on('stream', (stream) => {
    calls++;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.end(Buffer.alloc(5));
  });
  onTestFinished(() => void proxy.close());
  await once(proxy, 'listening');
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { code, out, err } = await runCli(['--server', url, 'album/1.png'], { cwd });
  const told = expect.stringMatching(`^what answers at ${url} leaves out the status .* GRPC_PORT`);
  expect({ code, out, err, calls }).toEqual({ code: 3, out: [], err: [told], calls: 2 });
});

test('a path that leads nowhere is no server', async () => {
  const origin = `http://localhost:${server.port}`;
  const { code, err } = await runCli(['--json', '--server', `${origin}/some/path`, 'album/1.png'], { cwd });
  const told = `no Boxwire server answers at ${origin}/some/path: unless a proxy serves it under /some/path, its address is ${origin}`;
  expect({ code, err }).toEqual({ code: 3, err: [told] });
});

const pair = makeCertificate(cwd, 'localhost');
test.skipIf(!pair)('with TLS on one side only, and with a certificate that is not known', async () => {
  const plain = `https://localhost:${server.port}`;
  const noTls = await runCli(['--server', plain, 'album/1.png'], { cwd });
  const name = `what answers at ${plain} speaks no TLS: its address begins with http://`;
  expect(noTls).toEqual({ code: 3, out: [], err: [name] });
  const [cert, key] = [readFileSync(pair?.cert ?? ''), readFileSync(pair?.key ?? '')];
  const other = createTlsServer({ cert, key }).listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const told = `what answers at ${url} wants TLS: its address begins with https://`;
  expect(await runCli(['--server', url, 'x.jpg'], { cwd })).toEqual({ code: 3, out: [], err: [told] });
  const { code, err } = await runCli(['--server', `https://localhost:${port}`, 'x.jpg'], { cwd });
  const distrust = /^the certificate of https:.* is not accepted: .*NODE_EXTRA_CA_CERTS/;
  expect({ code, err }).toEqual({ code: 3, err: [expect.stringMatching(distrust)] });
});

test('a server that wants a token', async () => {
  const token = createToken();
  const tokensFile = join(cwd, 'tokens.txt');
  writeFileSync(tokensFile, `phone sha256:${hashToken(token).toString('hex')}\n`);
  const guarded = await startServer({
    ...{ MODEL: join(cwd, 'small.pt'), MODEL_DIR: cwd, TOKENS_FILE: tokensFile },
  });
  const ask = (env: Record<string, string>) =>
    runCli(['album/1.png'], { cwd, env: { GRPC_PORT: `${guarded.port}`, ...env } });
  try {
    expect(await ask({ BOXWIRE_TOKEN: token })).toMatchObject({ code: 0, err: [] });
    const refused = { code: 1, err: [expect.stringMatching(/a token is needed.*BOXWIRE_TOKEN/)] };
    expect(await ask({ BOXWIRE_TOKEN: '' })).toMatchObject(refused);
  } finally {
    await guarded.stop();
  }
});
