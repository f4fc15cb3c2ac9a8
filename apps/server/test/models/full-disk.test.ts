// MODEL_DIR on a disk of its own, which is full, then not; read-only, then not; and with what crashes have left.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { download } from '../../src/models/download.ts';
import { prepareModel } from '../../src/models/model-store.ts';
import { mountSmallDisk } from '../small-disk.ts';
import { temporaryFolder, writeSmallCheckpoint } from '../small-model.ts';
import { releaseServer } from './support/release-server.ts';

const folder = temporaryFolder();
const disk = mountSmallDisk();
afterAll(() => {
  disk?.unmount();
  folder.remove();
});

/** Room that others take; as much as there is. */
function fillDisk(): void {
  const path = join(disk?.path ?? '', 'filler');
  writeFileSync(path, '');
  for (const step of [2 ** 16, 2 ** 12]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(step), { flag: 'a' });
    } catch {
      // Not so much any more.
    }
  }
}

describe.skipIf(!disk)('on a disk', () => {
  let modelDir: string;
  let converted: string;
  let model: string;
  let size: number;
  beforeAll(async () => {
    model = writeSmallCheckpoint(folder.path);
    const { onnxPath } = await prepareModel({ model, modelDir: folder.path });
    size = readFileSync(onnxPath).length;
  });
  beforeEach(() => {
    for (const name of readdirSync(disk?.path ?? ''))
      rmSync(join(disk?.path ?? '', name), { recursive: true });
    modelDir = join(disk?.path ?? '', 'models');
    converted = join(modelDir, 'converted');
    mkdirSync(converted, { recursive: true });
  });
  const prepare = () => prepareModel({ model, modelDir });
  const free = (path: string) => rmSync(join(disk?.path ?? '', path));

  test('that is full, a conversion fails by name and leaves nothing; the next start has room', async () => {
    fillDisk();
    await expect(prepare()).rejects.toThrow(
      /small\.pt cannot be used: the disk that MODEL_DIR is on is full: /,
    );
    expect(readdirSync(converted)).toEqual([]);
    free('filler');
    const { onnxPath } = await prepare();
    expect(readFileSync(onnxPath).length).toBe(size);
  });

  test('what a crash has left of the same file goes, at once where it is in the way', async () => {
    const { onnxPath } = await prepare();
    rmSync(onnxPath);
    const half = `${onnxPath}.6b1c.tmp`;
    writeFileSync(half, Buffer.alloc(size));
    fillDisk();
    await prepare();
    expect(readdirSync(converted).map((name) => join(converted, name))).toEqual([onnxPath]);
    free('filler');
    rmSync(onnxPath);
    writeFileSync(half, '');
    await prepare();
    expect(readdirSync(converted).map((name) => join(converted, name))).toEqual([onnxPath]);
  });

  test('that is read-only, what is kept serves, and what is not fails by name, until it is writable', async () => {
    const { onnxPath } = await prepare();
    disk?.remount('ro');
    onTestFinished(() => disk?.remount('rw'));
    expect((await prepare()).onnxPath).toBe(onnxPath);
    disk?.remount('rw');
    truncateSync(onnxPath, size - 1);
    disk?.remount('ro');
    await expect(prepare()).rejects.toThrow(/MODEL_DIR has to be writable: .*converted: EROFS/);
    disk?.remount('rw');
    await prepare();
    expect(readFileSync(onnxPath).length).toBe(size);
  });

  test('a file is fetched, or not at all: full, read-only, and neither', async () => {
    const content = Buffer.alloc(300_000, 7);
    const sha256 = createHash('sha256').update(content).digest('hex');
    await using server = await releaseServer(content);
    const path = join(modelDir, 'model.pt');
    const fetchIt = () => download({ url: server.url, path, bytes: content.length, sha256, proxy: {} });
    fillDisk();
    truncateSync(join(disk?.path ?? '', 'filler'), 2 ** 20 - 200_000);
    await expect(fetchIt()).rejects.toThrow(
      /^the disk that MODEL_DIR is on is full: model\.pt \(300000 bytes\) /,
    );
    expect(readdirSync(modelDir)).toEqual(['converted']);
    free('filler');
    disk?.remount('ro');
    onTestFinished(() => disk?.remount('rw'));
    await expect(fetchIt()).rejects.toThrow(/^MODEL_DIR has to be writable: model\.pt .*EROFS/);
    disk?.remount('rw');
    await fetchIt();
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(modelDir).toSorted()).toEqual(['converted', 'model.pt']);
  });
});
