import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { createClient } from '@connectrpc/connect';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createSlots } from '../../src/uploads/slots.ts';
import { createVideoLibrary } from '../../src/video/video-library.ts';
import { openVideoStore } from '../../src/video/video-store.ts';
import { createFakeAnalysis } from '../uploads/fake-analysis.ts';
import { createFakeUploads } from '../uploads/fake-server.ts';

const SETTINGS = { everyNth: 24, iou: 0.45 };
const file = (name: string) => new File([name], name, { type: 'video/mp4' });

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

/** A library, as a tab of its own has it. */
function openTab(openStore = () => openVideoStore()) {
  const library = createVideoLibrary({
    uploads: createClient(UploadService, createFakeUploads().transport()),
    analyses: createClient(AnalysisService, createFakeAnalysis(3).transport),
    pieceSlots: createSlots('pieces', 2, null),
    streamSlots: createSlots('streams', 2, null),
    locks: undefined,
    openStore,
    canPlay: async () => true,
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

  it('works where the browser keeps nothing', async () => {
    const { library, allDone } = openTab(() => Promise.reject(new DOMException('private', 'SecurityError')));
    await library.add([file('a.mp4')], SETTINGS);
    await allDone();
    expect(library.getState().jobs[0]?.getState().frames).toHaveLength(3);
  });
});
