import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { KEPT_MS, openVideoStore, type VideoStore } from '../../src/video/video-store.ts';
import { analysedFrame, savedVideo } from './fixtures.ts';

let open: VideoStore | undefined;

async function opened(nowMs?: number): Promise<VideoStore> {
  open?.close();
  open = await openVideoStore(nowMs);
  return open;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('openVideoStore', () => {
  it('keeps videos, files and frames across a reload', async () => {
    const before = await opened();
    const nowMs = Date.now();
    await before.save(savedVideo({ id: 'b', addedMs: nowMs }));
    await before.save(savedVideo({ id: 'a', addedMs: nowMs - 5 }));
    await before.saveFile('a', new File(['content'], 'a.mp4', { type: 'video/mp4' }));
    await before.addFrames(
      'a',
      [10, 9].map((sequence) => ({ sequence, frame: analysedFrame(sequence) })),
    );
    await before.addFrames('b', [{ sequence: 1, frame: analysedFrame(1) }]);

    const after = await opened();
    expect((await after.list()).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(await after.loadFile('b')).toBeUndefined();
    const file = await after.loadFile('a');
    expect(file?.size).toBe(7);
    expect(await after.loadFrames('a')).toEqual([
      { sequence: 9, frame: analysedFrame(9) },
      { sequence: 10, frame: analysedFrame(10) },
    ]);
  });

  it('replaces what is saved again', async () => {
    const store = await opened();
    await store.save(savedVideo({ id: 'a', uploaded: false }));
    await store.save(savedVideo({ id: 'a', uploaded: true }));
    expect(await store.list()).toMatchObject([{ uploaded: true }]);
  });

  it('forgets one video without touching the others', async () => {
    const store = await opened();
    for (const id of ['a', 'ab', 'b']) {
      await store.save(savedVideo({ id }));
      await store.saveFile(id, new File(['x'], id));
      await store.addFrames(id, [{ sequence: 1, frame: analysedFrame(1) }]);
    }
    await store.forget('a');
    await store.clearFrames('b');
    expect((await store.list()).map(({ id }) => id)).toEqual(['ab', 'b']);
    expect(
      await Promise.all(['a', 'ab', 'b'].map(async (id) => (await store.loadFrames(id)).length)),
    ).toEqual([0, 1, 0]);
    expect(await store.loadFile('a')).toBeUndefined();
    expect(await store.loadFile('b')).toBeDefined();
  });

  it('removes what is too old when it is opened', async () => {
    const store = await opened(1_000);
    await store.save(savedVideo({ id: 'old', addedMs: 1_000 }));
    await store.save(savedVideo({ id: 'new', addedMs: 2_000 }));
    // By a clock that was set back since.
    await store.save(savedVideo({ id: 'future', addedMs: 2_000 + 3 * KEPT_MS }));
    expect((await (await opened(1_500 + KEPT_MS)).list()).map(({ id }) => id)).toEqual(['new']);
  });
});
