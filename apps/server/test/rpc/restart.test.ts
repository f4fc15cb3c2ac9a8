// A real server is killed in the middle, with no time for a last word, and another takes over its folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AnalyzeResponse } from '@boxwire/proto/boxwire/v1/analysis_service';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { writeAvi } from '../../../../packages/video/test/avi.ts';
import { LOCK_FILE } from '../../src/uploads/lock-folder.ts';
import { temporaryFolder, writeSmallCheckpoint } from '../small-model.ts';
import { openHttp2 } from './connect-clients.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = temporaryFolder();
afterAll(folder.remove);
const MODEL = writeSmallCheckpoint(folder.path);
const uploadDir = join(folder.path, 'uploads');
/** So many that the upload and the analysis take a while. */
const FRAMES = 200;
const clip = writeAvi({ width: 320, height: 240, frames: FRAMES });

/** A server process on free ports, as soon as it is ready. */
async function startMain(
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; clients: ReturnType<typeof openHttp2> }> {
  const settings = {
    GRPC_PORT: '0',
    HTTP_PORT: '0',
    MODEL,
    MODEL_DIR: folder.path,
    WORKERS: '1',
    UPLOAD_DIR: uploadDir,
  };
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH, HOME, TMPDIR, NODE_ENV: 'production', ...settings, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg } = JSON.parse(line);
    url ||= /http:\S+/.exec(msg)?.[0] ?? '';
    if (msg.startsWith('Ready')) break;
  }
  child.stdout.resume();
  return { child, clients: openHttp2(url) };
}

async function killAtOnce(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** What tells frames apart, and is the same however often they are searched. */
const outline = ({ sequence, event }: AnalyzeResponse) => {
  if (event.case === 'frame') {
    const { frame, timeMs, detections } = event.value;
    return { sequence, frame, timeMs, detections };
  }
  return event.case === 'summary' ? { sequence, ...event.value } : { sequence };
};

test('an upload and an analysis survive a server that is killed, again and again', async () => {
  const bytes = await clip;
  let server = await startMain();
  const { upload } = await server.clients.uploads.createUpload({
    name: 'clip.avi',
    sizeBytes: BigInt(bytes.length),
  });
  const { id = '' } = upload ?? {};
  const options = { confidence: 0.05, maxDetections: 5 };
  const request = { uploadIds: [id], frames: { case: 'everyNth', value: 10 } as const, options };
  const seen: ReturnType<typeof outline>[] = [];
  const state = { isDone: false, isSent: false };

  /** Sends what is missing until the connection breaks. */
  async function send(): Promise<void> {
    const { uploads } = server.clients;
    const { upload } = await uploads.getUpload({ id });
    for (let offsetBytes = upload?.committedBytes ?? 0n; offsetBytes < bytes.length; ) {
      const data = bytes.subarray(Number(offsetBytes), Number(offsetBytes) + 20_011);
      ({ committedBytes: offsetBytes } = await uploads.putPiece({ id, offsetBytes, data }));
    }
    await uploads.finishUpload({ id });
    state.isSent = true;
  }

  /** Reads on behind what was seen until the connection breaks, or until `enough` more was seen. */
  async function read(enough: number): Promise<void> {
    const afterSequence = seen.at(-1)?.sequence ?? 0n;
    const wanted = seen.length + enough;
    for await (const response of server.clients.analysis.analyze({ ...request, afterSequence })) {
      if (response.sequence > 0n) seen.push(outline(response));
      if (seen.length >= wanted) return;
    }
    state.isDone = true;
  }

  for (let kills = 0; !state.isDone; kills++) {
    const sending = state.isSent ? undefined : send().catch((error) => error);
    await read(kills < 4 ? 4 : Number.POSITIVE_INFINITY);
    if (state.isDone) await sending;
    else {
      await killAtOnce(server.child);
      await sending;
      server = await startMain();
    }
  }
  const whole = [];
  for await (const response of server.clients.analysis.analyze(request)) {
    if (response.sequence > 0n) whole.push(outline(response));
  }
  expect(seen).toEqual(whole);
  expect(whole).toHaveLength(FRAMES / 10 + 1);
  expect(whole.at(-1)).toMatchObject({ frames: BigInt(FRAMES), analysedFrames: BigInt(FRAMES / 10) });
  expect(readFileSync(join(uploadDir, `${id}.data`)).equals(bytes)).toBe(true);
  await server.clients.uploads.deleteUpload({ id });
  expect(readdirSync(uploadDir)).toEqual([LOCK_FILE]);
}, 120_000);

test('an analysis that outlasts the grace of a shutdown ends with UNAVAILABLE, and goes on elsewhere', async () => {
  const bytes = await clip;
  const first = await startMain({ SHUTDOWN_GRACE: '0.2' });
  const { upload } = await first.clients.uploads.createUpload({
    name: 'clip.avi',
    sizeBytes: BigInt(bytes.length),
  });
  const { id = '' } = upload ?? {};
  // It waits for its last byte, so it would never end.
  await first.clients.uploads.putPiece({ id, offsetBytes: 0n, data: bytes.subarray(0, -1) });
  const request = { uploadIds: [id], frames: { case: 'everyNth', value: 20 } as const };
  const seen: ReturnType<typeof outline>[] = [];
  const exit = once(first.child, 'exit');
  const read = async () => {
    for await (const response of first.clients.analysis.analyze(request)) {
      if (response.sequence > 0n && seen.push(outline(response)) === 3) first.child.kill('SIGTERM');
    }
  };
  const error = await read().catch((reason) => ConnectError.from(reason));
  expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: 'the server is shutting down' });
  expect(await exit).toEqual([0, null]);
  const { clients } = await startMain();
  await clients.uploads.putPiece({ id, offsetBytes: BigInt(bytes.length - 1), data: bytes.subarray(-1) });
  const afterSequence = seen.at(-1)?.sequence ?? 0n;
  for await (const response of clients.analysis.analyze({ ...request, afterSequence })) {
    if (response.sequence > 0n) seen.push(outline(response));
  }
  expect(seen.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: FRAMES / 20 + 1 }, (_, index) => BigInt(index + 1)),
  );
  await clients.uploads.deleteUpload({ id });
}, 120_000);
