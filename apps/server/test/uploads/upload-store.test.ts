import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { type UploadSettings, UploadStore } from '../../src/uploads/upload-store.ts';
import { temporaryFolder } from '../small-model.ts';

const PIECE = 100;
const DAY_MS = 86_400_000;
const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) % 256);
const part = (from: number, to: number) => bytes.subarray(from, to);

function settingsFor(overrides: Partial<UploadSettings> = {}): UploadSettings {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const quotas = { maxUploadBytes: 5000, maxUploadTotalBytes: 8000, maxUploads: 10 };
  return {
    uploadDir: join(folder.path, 'deep/er'),
    maxPieceBytes: PIECE,
    uploadAgeMs: DAY_MS,
    ...quotas,
    ...overrides,
  };
}

/** A store that is closed with the test. */
function open(settings: UploadSettings) {
  const store = new UploadStore(settings);
  onTestFinished(() => store.close());
  return store;
}

function begin(overrides: Partial<UploadSettings> = {}) {
  const settings = settingsFor(overrides);
  return { settings, store: open(settings) };
}

const newFile = (sizeBytes = bytes.length) => ({ name: 'clip.mp4', sizeBytes, mediaType: 'video/mp4' });

test('pieces become the file', async () => {
  const { settings, store } = begin();
  const before = Date.now();
  const upload = await store.create(newFile());
  expect(upload).toMatchObject({ ...newFile(), committedBytes: 0, maxPieceBytes: PIECE, finished: false });
  expect(upload.id).toMatch(/^[0-9a-f]{32}$/);
  expect(upload.expiresAtMs).toBeGreaterThanOrEqual(before + DAY_MS);
  for (let offset = 0; offset < bytes.length; offset += PIECE) {
    const data = part(offset, offset + PIECE);
    expect(await store.put(upload.id, offset, data, crc32(data))).toBe(offset + PIECE);
  }
  expect(await store.finish(upload.id)).toMatchObject({ committedBytes: bytes.length, finished: true });
  expect(await store.finish(upload.id)).toMatchObject({ finished: true });
  const { path, complete } = await store.read(upload.id);
  expect(complete).toBe(true);
  expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
  await store.delete(upload.id);
  await store.delete(upload.id);
  expect(readdirSync(settings.uploadDir)).toEqual([]);
  await expect(store.get(upload.id)).rejects.toMatchObject({ kind: 'not-found' });
});

test('what is committed is passed over, a gap is refused and says where to go on', async () => {
  const { store } = begin();
  const { id } = await store.create(newFile());
  await store.put(id, 0, part(0, 50));
  expect(await store.put(id, 0, part(0, 50))).toBe(50);
  expect(await store.put(id, 10, part(10, 40))).toBe(50);
  expect(await store.put(id, 20, part(20, 90))).toBe(90);
  await expect(store.put(id, 91, part(91, 95))).rejects.toMatchObject({ kind: 'gap', committedBytes: 90 });
  await expect(store.finish(id)).rejects.toMatchObject({
    kind: 'incomplete',
    message: '90 of 1000 bytes are there',
  });
  const { path } = await store.read(id);
  expect(new Uint8Array(readFileSync(path))).toEqual(part(0, 90));
});

test('pieces that come side by side are taken one after the other', async () => {
  const { store } = begin();
  const { id } = await store.create(newFile());
  const offsets = Array.from({ length: 10 }, (_, index) => index * PIECE);
  // Each twice, and both of each at the same time.
  const puts = offsets
    .flatMap((offset) => [offset, offset])
    .map((offset) => store.put(id, offset, part(offset, offset + PIECE)));
  expect(await Promise.all(puts)).toEqual(offsets.flatMap((offset) => [offset + PIECE, offset + PIECE]));
  const { path } = await store.read(id);
  expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
});

test.each([
  ['an empty name', { name: '' }, /name has 0 characters, allowed are 1 to 255/],
  ['a long name', { name: 'x'.repeat(256) }, /name has 256 characters/],
  ['a name of control characters', { name: 'a\nb' }, /none of control/],
  ['a media type of control characters', { mediaType: 'a\u0000' }, /media_type/],
  ['a long media type', { mediaType: 'x'.repeat(256) }, /media_type/],
  ['no bytes', { sizeBytes: 0 }, /size_bytes is 0, allowed is 1 or more/],
  ['less than none', { sizeBytes: -1 }, /size_bytes is -1/],
])('%s is refused', async (_name, change, message) => {
  const { store, settings } = begin();
  await expect(store.create({ ...newFile(), ...change })).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringMatching(message),
  });
  expect(existsSync(settings.uploadDir)).toBe(false);
});

test('what is as long, or as much, as is allowed is taken', async () => {
  const { store } = begin();
  const [name, mediaType] = ['x'.repeat(255), 'y'.repeat(255)];
  expect(await store.create({ name, mediaType, sizeBytes: 5000 })).toMatchObject({ name, mediaType });
  await store.create(newFile(3000));
});

test.each([
  ['no bytes', 0, part(0, 0), undefined, /data has 0 bytes, allowed are 1 to 100/],
  ['too many bytes', 0, part(0, 101), undefined, /data has 101 bytes/],
  ['an offset below zero', -1, part(0, 9), undefined, /offset_bytes is -1/],
  ['bytes beyond the announced size', 995, part(0, 9), undefined, /ends at 1004, .* with 1000 bytes/],
  ['a wrong checksum', 0, part(0, 9), 1, /crc32 is 1, that of data is \d+/],
])('a piece with %s is refused', async (_name, offset, data, checksum, message) => {
  const { store } = begin();
  const { id } = await store.create(newFile());
  await expect(store.put(id, offset, data, checksum)).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringMatching(message),
  });
  expect((await store.get(id)).committedBytes).toBe(0);
});

test('quotas name their setting, and what is deleted makes room', async () => {
  const { store } = begin({ maxUploads: 3 });
  await expect(store.create(newFile(5001))).rejects.toMatchObject({
    kind: 'quota',
    message: expect.stringMatching(/MAX_UPLOAD_BYTES allows 5000/),
  });
  const { id } = await store.create(newFile(5000));
  await expect(store.create(newFile(3001))).rejects.toMatchObject({
    kind: 'quota',
    message: expect.stringMatching(/together would have 8001 bytes, MAX_UPLOAD_TOTAL_BYTES allows 8000/),
  });
  // Many at once cannot get past it together.
  const many = await Promise.allSettled(Array.from({ length: 9 }, () => store.create(newFile(1))));
  expect(many.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  await expect(store.create(newFile(1))).rejects.toMatchObject({
    kind: 'quota',
    message: expect.stringMatching(/MAX_UPLOADS allows 3/),
  });
  await store.delete(id);
  await store.create(newFile(5000));
});

/** What another process finds that opens the same folder. */
async function reopen(settings: UploadSettings, id: string) {
  const store = open(settings);
  return { store, upload: await store.get(id) };
}

test('another process goes on where this one ended', async () => {
  const { settings, store } = begin();
  const first = await store.create(newFile());
  await store.put(first.id, 0, part(0, 70));
  const { store: next, upload } = await reopen(settings, first.id);
  expect(upload).toEqual({ ...first, committedBytes: 70, expiresAtMs: upload.expiresAtMs });
  expect(await next.put(first.id, 70, part(70, 100))).toBe(100);
});

test('a crash at any byte of a piece, and of what is kept about it, loses no committed byte and keeps no other', async () => {
  const { settings, store } = begin();
  const { id } = await store.create(newFile());
  await store.put(id, 0, part(0, 50));
  const [data, json] = [join(settings.uploadDir, `${id}.data`), join(settings.uploadDir, `${id}.json`)];
  for (let torn = 0; torn <= PIECE; torn += 7) {
    // Bytes that were written while nothing said yet that they are committed, and a description that broke off.
    appendFileSync(data, Buffer.alloc(torn, 0xee));
    writeFileSync(`${json}.partial`, readFileSync(json).subarray(0, torn));
    const { upload } = await reopen(settings, id);
    expect(upload.committedBytes).toBe(50);
    expect(statSync(data).size).toBe(50);
  }
  const { store: next } = await reopen(settings, id);
  expect(await next.put(id, 50, part(50, 150))).toBe(150);
  expect(new Uint8Array(readFileSync(data))).toEqual(part(0, 150));
});

test('a disk that lost bytes is believed: the upload goes on from what is there', async () => {
  const { settings, store } = begin();
  const { id } = await store.create(newFile());
  await store.put(id, 0, part(0, 90));
  truncateSync(join(settings.uploadDir, `${id}.data`), 40);
  const { store: next, upload } = await reopen(settings, id);
  expect(upload.committedBytes).toBe(40);
  await expect(next.put(id, 90, part(90, 95))).rejects.toMatchObject({ kind: 'gap', committedBytes: 40 });
});

test('half made files are removed at the start, files of others are not', async () => {
  const { settings, store } = begin();
  const { id } = await store.create(newFile());
  const write = (name: string, text = 'x') => writeFileSync(join(settings.uploadDir, name), text);
  const [orphan, broken, lonely] = ['a', 'c', 'd'].map((letter) => letter.repeat(32));
  write(`${orphan}.data`);
  write(`${orphan}.json.partial`);
  write(`${broken}.json`, '{"name":');
  write(`${broken}.data`);
  write(`${lonely}.json`, readFileSync(join(settings.uploadDir, `${id}.json`), 'utf8'));
  write('notes.txt');
  const { store: next } = await reopen(settings, id);
  await next.close();
  expect(readdirSync(settings.uploadDir).sort()).toEqual([`${id}.data`, `${id}.json`, 'notes.txt'].sort());
});

test('a half made file that cannot be removed holds up nothing', async () => {
  const { settings, store } = begin();
  const { id } = await store.create(newFile());
  const [stuck, later] = ['a', 'b'].map((letter) => join(settings.uploadDir, `${letter.repeat(32)}.data`));
  // Folders are not removed as files are.
  mkdirSync(stuck ?? '');
  writeFileSync(later ?? '', 'x');
  const { store: next } = await reopen(settings, id);
  expect(existsSync(later ?? '')).toBe(false);
  await expect(next.create(newFile())).resolves.toMatchObject({ committedBytes: 0 });
});

test('a store for no uploads leaves alone what another server keeps in the folder', async () => {
  const { settings, store } = begin();
  const { id } = await store.create(newFile());
  await store.put(id, 0, part(0, PIECE));
  const path = join(settings.uploadDir, `${id}.data`);
  appendFileSync(path, 'on its way');
  const sizeBytes = statSync(path).size;
  await open({ ...settings, maxUploads: 0 }).close();
  expect(statSync(path).size).toBe(sizeBytes);
});

test('what nobody uses expires, files and all, and whoever waits for it is told', async () => {
  const { settings, store } = begin({ uploadAgeMs: 200 });
  const { id } = await store.create(newFile());
  const { gone } = await store.read(id);
  await new Promise((resolve) => gone.addEventListener('abort', resolve));
  expect(gone.reason).toMatchObject({
    kind: 'not-found',
    message: expect.stringMatching(/clip\.mp4 has expired.*UPLOAD_AGE/),
  });
  await expect(store.get(id)).rejects.toMatchObject({ kind: 'not-found' });
  await expect(store.put(id, 0, part(0, 9))).rejects.toMatchObject({ kind: 'not-found' });
  await store.close();
  expect(readdirSync(settings.uploadDir)).toEqual([]);
});

test('pieces and use put the expiry off, on the disk, too', async () => {
  const { settings, store } = begin();
  const { id, expiresAtMs } = await store.create(newFile());
  const later = async () => (await reopen(settings, id)).upload.expiresAtMs;
  await new Promise((resolve) => setTimeout(resolve, 5));
  await store.put(id, 0, part(0, 9));
  expect(await later()).toBeGreaterThan(expiresAtMs);
  const short = begin({ uploadAgeMs: 400 });
  const other = await short.store.create(newFile());
  const reader = await short.store.read(other.id);
  const { expiresAtMs: first } = await short.store.get(other.id);
  while ((await short.store.get(other.id)).expiresAtMs < first + 800) {
    reader.touch();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { expiresAtMs: kept } = JSON.parse(
    readFileSync(join(short.settings.uploadDir, `${other.id}.json`), 'utf8'),
  );
  expect(kept).toBeGreaterThan(first);
});

test('a reader hears of every growth, and of the deletion', async () => {
  const { store } = begin();
  const { id } = await store.create(newFile(20));
  const reader = await store.read(id);
  const grown = reader.grown();
  await store.put(id, 0, part(0, 10));
  await grown;
  expect([reader.committedBytes, reader.complete]).toEqual([10, false]);
  const again = reader.grown();
  await store.put(id, 10, part(10, 20));
  await again;
  expect([reader.committedBytes, reader.complete]).toEqual([20, true]);
  await store.delete(id);
  expect(reader.gone.reason).toMatchObject({
    kind: 'not-found',
    message: 'the upload of clip.mp4 was deleted',
  });
});
