// A real server under load, whose garbage collections are counted: those of the whole heap hold up every caller.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { availableDecoders } from '@boxwire/video';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { writeAvi } from '../../../../packages/video/test/avi.ts';
import { temporaryFolder, writeSmallCheckpoint } from '../small-model.ts';
import { openHttp1, openHttp2, openPage } from './connect-clients.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = temporaryFolder();
afterAll(folder.remove);
const MODEL = writeSmallCheckpoint(folder.path);
const MIB = 2 ** 20;
const TIMEOUT_MS = 180_000;

/**
 * A server process, once it is ready, that tells of its serving thread how often it has gone through the whole heap since,
 * and how many megabytes its other collections have left.
 */
async function startCounted() {
  const { PATH, HOME, TMPDIR } = process.env;
  const settings = { GRPC_PORT: '0', HTTP_PORT: '0', MODEL, MODEL_DIR: folder.path, WORKERS: '1' };
  const child = spawn(process.execPath, ['--trace-gc', MAIN], {
    env: {
      PATH,
      HOME,
      TMPDIR,
      NODE_ENV: 'production',
      UPLOAD_DIR: join(folder.path, 'uploads'),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ready = Promise.withResolvers<void>();
  const urls: string[] = [];
  let majors = 0;
  let heapMb = 0;
  let leftMb = 0;
  let thread: string | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    // The first to collect anything is the thread that serves.
    const [, isolate, what, mb] =
      /^\[(\S+)\].*?: (Mark-Compact|Scavenge) [\d.]+ \([\d.]+\) -> ([\d.]+)/.exec(line) ?? [];
    thread ??= isolate;
    if (mb !== undefined && isolate === thread) {
      if (what === 'Mark-Compact') majors++;
      else leftMb += Math.max(0, Number(mb) - heapMb);
      heapMb = Number(mb);
    }
    const [, msg = ''] = /"msg":"([^"]+)"/.exec(line) ?? [];
    urls.push(...(msg.match(/http:\/\/\S+/g) ?? []));
    if (msg.startsWith('Ready')) ready.resolve();
  });
  await ready.promise;
  const atStart = { majors, leftMb };
  return { urls, majors: () => majors - atStart.majors, leftMb: () => leftMb - atStart.leftMb };
}

test(
  'what a single call has had is gone with the next minor collection',
  async () => {
    const { urls, leftMb } = await startCounted();
    const { health } = openHttp2(urls[0] ?? '');
    for (let call = 0; call < 4000; call++) await health.check({});
    expect(leftMb()).toBeLessThan(60);
  },
  TIMEOUT_MS,
);

test.each([
  ['gRPC', openHttp2, 0],
  ['Connect, as the page does it', openPage, 1],
] as const)(
  'nor does a large piece of an upload outlive its call, over %s',
  async (_name, open, port) => {
    const { urls, majors } = await startCounted();
    const { uploads } = open(urls[port] ?? '');
    const data = new Uint8Array(8 * MIB);
    const pieces = 24;
    const { upload } = await uploads.createUpload({ name: 'a', sizeBytes: BigInt(pieces * data.length) });
    for (let piece = 0; piece < pieces; piece++)
      await uploads.putPiece({ id: upload?.id ?? '', offsetBytes: BigInt(piece * data.length), data });
    expect(majors()).toBeLessThan(4);
  },
  TIMEOUT_MS,
);

test(
  'uploads and frames are no reason to go through the whole heap',
  async () => {
    const { urls, majors } = await startCounted();
    const [grpcUrl = '', httpUrl = ''] = urls;
    const { uploads } = openHttp1(httpUrl);
    const pieces = 128;
    const { upload } = await uploads.createUpload({ name: 'a', sizeBytes: BigInt(pieces * MIB) });
    const data = new Uint8Array(MIB);
    for (let piece = 0; piece < pieces; piece++)
      await uploads.putPiece({ id: upload?.id ?? '', offsetBytes: BigInt(piece * MIB), data });
    expect(majors()).toBeLessThan(6);

    const before = majors();
    const image = { mode: 'RGB', width: 960, height: 540, data: new Uint8Array(960 * 540 * 3) };
    async function* frames() {
      for (let frame = 1; frame <= 150; frame++) yield { ...image, frame };
    }
    for await (const { frame } of openHttp2(grpcUrl).predictions.predictMultipleImages(frames()))
      expect(frame).toBeGreaterThan(0);
    expect(majors() - before).toBeLessThan(6);
  },
  TIMEOUT_MS,
);

test.skipIf(availableDecoders().length === 0)(
  'nor are the frames of an uploaded video',
  // With memory of its own for each frame there are 8 or more; on a machine with much other work there may be 5 without.
  { timeout: TIMEOUT_MS, retry: 2 },
  async () => {
    const { urls, majors } = await startCounted();
    const { uploads, analysis } = openHttp1(urls[1] ?? '');
    const frames = 150;
    const data = await writeAvi({ width: 960, height: 540, frames });
    const { upload } = await uploads.createUpload({ name: 'a.avi', sizeBytes: BigInt(data.length) });
    const id = upload?.id ?? '';
    await uploads.putPiece({ id, offsetBytes: 0n, data });
    const before = majors();
    let searched = 0;
    for await (const { event } of analysis.analyze({
      uploadIds: [id],
      frames: { case: 'everyNth', value: 1 },
    }))
      if (event.case === 'frame') searched++;
    expect(searched).toBe(frames);
    expect(majors() - before).toBeLessThan(6);
  },
);
