// On a disk of its own, which is full, then not; read-only, then not: a clear error, and all goes on by itself.
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { UploadStore } from '../../src/uploads/upload-store.ts';
import { mountSmallDisk } from '../small-disk.ts';

const MIB = 2 ** 20;
const PIECE = 2 ** 16;
const disk = mountSmallDisk();
afterAll(() => disk?.unmount());

describe.skipIf(!disk)('a disk', () => {
  let store: UploadStore;
  let folders = 0;
  beforeEach(() => {
    store = new UploadStore({
      ...{ uploadDir: join(disk?.path ?? '', `${folders++}`), maxPieceBytes: PIECE, uploadAgeMs: 1e6 },
      ...{ maxUploadBytes: 8 * MIB, maxUploadTotalBytes: 64 * MIB, maxUploads: 10 },
    });
    onTestFinished(() => store.close());
  });
  const newFile = () => store.create({ name: 'clip.mp4', sizeBytes: 2 * MIB, mediaType: '' });
  const piece = new Uint8Array(PIECE).fill(7);

  /** Pieces until one is refused; resolves with what it is refused with. */
  async function fill(id: string): Promise<unknown> {
    for (let at = 0; ; at += PIECE) {
      if (at >= MIB) throw new Error('more fits than there is room');
      const next = await store.put(id, at, piece).then(
        (committed) => committed,
        (error: unknown) => error,
      );
      if (typeof next !== 'number') return next;
      if (next !== at + PIECE) throw new Error(`${next} bytes are committed, not ${at + PIECE}`);
    }
  }

  test('that is full: the piece is refused, nothing of it counts, and there is room again when another goes', async () => {
    const [first, second] = [await newFile(), await newFile()];
    await store.put(first.id, 0, piece);
    const full = { kind: 'quota', message: 'the disk that UPLOAD_DIR is on is full' };
    expect(await fill(second.id)).toMatchObject(full);
    const { committedBytes } = await store.get(second.id);
    expect(committedBytes % PIECE).toBe(0);
    await expect(store.put(second.id, committedBytes, piece)).rejects.toMatchObject(full);
    await store.delete(first.id);
    expect(await store.put(second.id, committedBytes, piece)).toBe(committedBytes + PIECE);
    await store.delete(second.id);
  });

  test('that is read-only: pieces are refused until it is not', async () => {
    const { id } = await newFile();
    await store.put(id, 0, piece);
    disk?.remount('ro');
    onTestFinished(() => disk?.remount('rw'));
    await expect(store.put(id, PIECE, piece)).rejects.toMatchObject({ kind: 'not-writable' });
    await expect(newFile()).rejects.toMatchObject({ kind: 'not-writable' });
    expect(await store.get(id)).toMatchObject({ committedBytes: PIECE });
    disk?.remount('rw');
    expect(await store.put(id, PIECE, piece)).toBe(2 * PIECE);
  });
});
