// The calendar is set back and forward, under a server and between two: nothing in use vanishes, nothing stays for good.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { UploadStore } from '../../src/uploads/upload-store.ts';
import { temporaryFolder } from '../small-model.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
/** How long a client has to come back after a restart. */
const RETURN_MS = 300_000;
const newFile = { name: 'clip.mp4', sizeBytes: 1000, mediaType: '' };
const gone = { kind: 'not-found' };

let uploadDir: string;
let now: { date: number; steady: number };
beforeEach(() => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  uploadDir = join(folder.path, 'uploads');
  now = { date: 2 * YEAR_MS, steady: 0 };
});

/** A server's store on that folder, with an hour for each upload. */
function open(): UploadStore {
  const store = new UploadStore({
    ...{ uploadDir, maxPieceBytes: 100, uploadAgeMs: HOUR_MS },
    ...{ maxUploadBytes: 5000, maxUploadTotalBytes: 8000, maxUploads: 10 },
    clock: { dateMs: () => now.date, steadyMs: () => now.steady },
  });
  onTestFinished(() => store.close());
  return store;
}

const pass = (ms: number) => {
  now.date += ms;
  now.steady += ms;
};

test.each([
  ['back', -YEAR_MS],
  ['forward', YEAR_MS],
])('set %s by a year while it runs: an upload stays until its age has passed', async (_name, stepMs) => {
  const store = open();
  const { id } = await store.create(newFile);
  now.date += stepMs;
  expect((await store.get(id)).expiresAtMs).toBe(now.date + HOUR_MS);
  pass(HOUR_MS - 1);
  await store.put(id, 0, new Uint8Array(9));
  pass(HOUR_MS - 1);
  await store.get(id);
  pass(1);
  await expect(store.get(id)).rejects.toMatchObject(gone);
  await store.close();
  expect(readdirSync(uploadDir)).toEqual([]);
});

test.each([
  ['set back by a year', -YEAR_MS, HOUR_MS],
  ['as it was', 0, HOUR_MS],
  ['set forward by a year', YEAR_MS, RETURN_MS],
])('%s between two servers: an upload is there, and expires', async (_name, stepMs, leftMs) => {
  const first = open();
  const { id } = await first.create(newFile);
  await first.put(id, 0, new Uint8Array(9));
  await first.close();
  now.date += stepMs;
  const store = open();
  const { expiresAtMs } = await store.get(id);
  expect(expiresAtMs - now.date).toBe(leftMs);
  pass(leftMs - 1);
  const reader = await store.read(id);
  // Used in time, it has its whole age again.
  reader.touch();
  pass(HOUR_MS - 1);
  await store.put(id, 9, new Uint8Array(9));
  pass(HOUR_MS);
  await expect(store.get(id)).rejects.toMatchObject(gone);
});

test.each([
  ['a tenth of its age later is on the disk', 0.1, 0.1],
  ['sooner is not: it would be a write for each look', 0.09, 0],
])('use %s', async (_name, share, writtenShare) => {
  const store = open();
  const { id, expiresAtMs } = await store.create(newFile);
  const reader = await store.read(id);
  pass(HOUR_MS * share);
  reader.touch();
  await store.close();
  const stored = JSON.parse(readFileSync(join(uploadDir, `${id}.json`), 'utf8'));
  expect(stored.expiresAtMs - expiresAtMs).toBe(HOUR_MS * writtenShare);
});

test('a record whose time lies far in the future expires all the same', async () => {
  const first = open();
  const { id } = await first.create(newFile);
  await first.close();
  const path = join(uploadDir, `${id}.json`);
  const stored = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...stored, expiresAtMs: Number.MAX_SAFE_INTEGER }));
  const store = open();
  await store.get(id);
  pass(HOUR_MS);
  await expect(store.get(id)).rejects.toMatchObject(gone);
});
