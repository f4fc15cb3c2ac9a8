import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createSlots } from '../../src/uploads/slots.ts';
import { createVideoLibrary } from '../../src/video/video-library.ts';
import { openVideoStore } from '../../src/video/video-store.ts';
import { createFakeAnalysis } from '../uploads/fake-analysis.ts';
import { type Around, createFakeUploads } from '../uploads/fake-server.ts';
import { NO_COPIES, savedVideo } from './fixtures.ts';

const SETTINGS = { everyNth: 24, iou: 0.45 };
const file = (name: string) => new File([name], name, { type: 'video/mp4' });

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

/** A library, as a tab of its own has it. */
function openTab(openStore = () => openVideoStore(), around?: Around, locks?: LockManager) {
  const library = createVideoLibrary({
    uploads: createClient(UploadService, createFakeUploads().transport(around)),
    analyses: createClient(AnalysisService, createFakeAnalysis(3).transport),
    pieceSlots: createSlots('pieces', 2, null),
    streamSlots: createSlots('streams', 2, null),
    locks,
    openStore,
    canPlay: async () => true,
    copies: NO_COPIES,
    isOnline: () => true,
    onNoAnswer() {},
  });
  const names = () => library.getState().jobs.map((job) => job.getState().name);
  const allDone = () =>
    vi.waitFor(() => {
      for (const job of library.getState().jobs) expect(job.getState().phase).toBe('done');
    });
  return { library, names, allDone };
}

describe('createVideoLibrary', () => {
  it('takes several videos, the first in front, and brings all to their end', async () => {
    const { library, names, allDone } = openTab();
    await library.add([file('a.mp4'), file('b.mp4')], SETTINGS);
    expect(names()).toEqual(['a.mp4', 'b.mp4']);
    expect(library.getState().selectedId).toBe(library.getState().jobs[0]?.id);
    await allDone();
    await library.add([file('c.mp4')], SETTINGS);
    expect(library.getState().selectedId).toBe(library.getState().jobs[2]?.id);
  });

  it('has after a reload what it had before', async () => {
    const before = openTab();
    await before.library.add([file('a.mp4'), file('b.mp4')], SETTINGS);
    await before.allDone();
    const after = openTab();
    await after.library.open();
    expect(after.library.getState().ready).toBe(true);
    expect(after.names()).toEqual(['a.mp4', 'b.mp4']);
    await after.allDone();
  });

  it('forgets one, and shows its neighbour', async () => {
    const { library, names, allDone } = openTab();
    await library.add([file('a.mp4'), file('b.mp4'), file('c.mp4')], SETTINGS);
    await allDone();
    const [, second] = library.getState().jobs;
    library.select(second?.id ?? '');
    library.forget(second?.id ?? '');
    expect(names()).toEqual(['a.mp4', 'c.mp4']);
    expect(library.getState().selectedId).toBe(library.getState().jobs[1]?.id);
    await vi.waitFor(async () => {
      const kept = await (await openVideoStore()).list();
      expect(kept.map(({ name }) => name)).toEqual(['a.mp4', 'c.mp4']);
    });
  });

  it('gives the pictures away, and keeps the videos', async () => {
    const { library, names, allDone } = openTab();
    const picture = (name: string) => new File([name], name, { type: 'image/jpeg' });
    const [first, second] = [picture('a.jpg'), picture('c.jpg')];
    await library.add([first, file('b.mp4'), second], SETTINGS);
    await vi.waitFor(() => expect(library.getState().jobs[2]?.getState().phase).toBe('failed'));
    expect(library.takeFor('image')).toEqual([first, second]);
    expect(names()).toEqual(['b.mp4']);
    expect(library.getState().selectedId).toBe(library.getState().jobs[0]?.id);
    expect(library.takeFor('image')).toEqual([]);
    await allDone();
  });

  it('works where the browser keeps nothing', async () => {
    const { library, allDone } = openTab(() => Promise.reject(new DOMException('private', 'SecurityError')));
    await library.add([file('a.mp4')], SETTINGS);
    await allDone();
    expect(library.getState().jobs[0]?.getState().frames).toHaveLength(3);
  });

  it('has all videos to itself where the browser refuses locks', async () => {
    const before = openTab();
    await before.library.add([file('a.mp4')], SETTINGS);
    await before.allDone();
    const request = () => Promise.reject(new DOMException('Access is denied.', 'SecurityError'));
    const after = openTab(undefined, undefined, { request } as unknown as LockManager);
    await after.library.add([file('b.mp4')], SETTINGS);
    expect(after.names()).toEqual(['a.mp4', 'b.mp4']);
    await after.allDone();
  });

  it('gives a file to the video that misses it, whichever is in front, and adds what is another one', async () => {
    const before = await openVideoStore();
    const end = { frames: 0, analysedFrames: 0, timeMs: 0 };
    for (const [index, name] of ['a.mp4', 'b.mp4'].entries()) {
      await before.save(savedVideo({ id: name, name, sizeBytes: 5, addedMs: Date.now() + index, end }));
    }
    const { library, names, allDone } = openTab();
    await library.open();
    await allDone();
    expect(library.getState().selectedId).toBe('a.mp4');
    await library.add([file('b.mp4')], SETTINGS);
    expect(library.getState()).toMatchObject({ selectedId: 'b.mp4', jobs: { length: 2 } });
    expect(library.getState().jobs[1]?.getState().file?.name).toBe('b.mp4');
    await library.add([file('c.mp4')], SETTINGS);
    expect(names()).toEqual(['a.mp4', 'b.mp4', 'c.mp4']);
    await allDone();
  });

  it('tells videos of one name apart, and knows their files again', async () => {
    const before = openTab();
    await before.library.add([file('a.mp4'), file('a.mp4')], SETTINGS);
    expect(before.names()).toEqual(['a.mp4', 'a (2).mp4']);
    await before.allDone();
    globalThis.indexedDB = new IDBFactory();
    const end = { frames: 0, analysedFrames: 0, timeMs: 0 };
    const store = await openVideoStore();
    await store.save(savedVideo({ name: 'a (2).mp4', sizeBytes: 5, end }));
    const after = openTab();
    await after.library.open();
    await after.allDone();
    await after.library.add([file('a.mp4')], SETTINGS);
    expect(after.names()).toEqual(['a (2).mp4']);
  });

  it('goes on with those that were refused for want of a token, once there is one', async () => {
    let signedIn = false;
    const { library, allDone } = openTab(undefined, async (_, go) => {
      if (!signedIn) throw new ConnectError('who?', Code.Unauthenticated);
      return go();
    });
    await library.add([file('a.mp4'), file('b.mp4')], SETTINGS);
    const phases = () => library.getState().jobs.map((job) => job.getState().phase);
    await vi.waitFor(() => expect(phases()).toEqual(['failed', 'failed']));
    signedIn = true;
    library.retryUnanswered();
    await allDone();
  });
});
