import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it, vi } from 'vitest';
import { createSlots } from '../../src/uploads/slots.ts';
import type { OnTheWay } from '../uploads/fake-analysis.ts';
import { savedVideo } from './fixtures.ts';
import { CONTENT, FILE, frameNumbers, gate, reaches, SAVED, setUp, store } from './support/video-jobs.ts';

describe('createVideoJob', () => {
  it('uploads, analyses, and keeps what it finds', async () => {
    const { uploads, analyses, open } = setUp();
    const job = open();
    await reaches(job, 'done');
    expect(job.getState()).toMatchObject({
      file: FILE,
      upload: { done: true, committedBytes: CONTENT.length },
      media: { width: 640, height: 360, codec: 'h264' },
      end: { analysedFrames: 4 },
    });
    expect(frameNumbers(job)).toEqual([1, 2, 3, 4]);
    expect(uploads.uploads.get('upload-1')).toMatchObject({ bytes: CONTENT, finished: true });
    expect(analyses.requests).toMatchObject([{ frames: { case: 'everyNth', value: 24 } }]);
    await vi.waitFor(async () => expect(await store.loadFrames('video')).toHaveLength(4));
    await vi.waitFor(async () => expect(await store.list()).toMatchObject([{ uploaded: true, end: {} }]));
  });

  it('goes on with upload and analysis after a reload', async () => {
    const half = gate('PutPiece', 3);
    const stuck: OnTheWay = (_, { sequence }) =>
      sequence === 3n ? new ConnectError('gone', Code.Unavailable) : 'pass';
    const before = setUp({ around: half.around, onTheWay: stuck, pause: () => new Promise(() => {}) });
    const held = before.open();
    await vi.waitFor(async () => expect(await store.loadFrames('video')).not.toHaveLength(0));
    await vi.waitFor(() => expect(half.calls()).toBe(3));
    expect(held.getState()).toMatchObject({ phase: 'running', upload: { committedBytes: 200 } });
    const [saved] = await store.list();
    expect(saved).toMatchObject({ uploadId: 'upload-1', uploaded: false });

    // The page goes away without a word; the server keeps what it has.
    const kept = before.uploads.uploads.get('upload-1');
    const after = setUp();
    if (kept) after.uploads.uploads.set('upload-1', kept);
    const known = (await store.loadFrames('video')).length;
    const job = after.open(saved, 'from the store');
    expect(job.getState().phase).toBe('opening');
    await reaches(job, 'done');
    expect(job.getState().file?.name).toBe('clip.mp4');
    expect(after.uploads.calls.filter((name) => name === 'PutPiece')).toHaveLength(3);
    expect(after.uploads.calls).not.toContain('CreateUpload');
    expect(Number(after.analyses.requests[0]?.afterSequence)).toBe(known);
    expect(frameNumbers(job)).toEqual([1, 2, 3, 4]);
  });

  it('waits for other videos only as long as they have all places', async () => {
    const streamSlots = createSlots('streams', 1, null);
    const other = await streamSlots.take(new AbortController().signal);
    const job = setUp({ streamSlots, onTheWay: () => 'drop' }).open();
    const stage = () => job.getState().analysis.stage;
    await vi.waitFor(() => expect(stage()).toBe('queued'));
    other.release();
    await vi.waitFor(() => expect(stage()).toBe('none'));
    await job.forget();
  });

  it('shows what was done before as it was, without asking the server', async () => {
    const first = setUp();
    await reaches(first.open(), 'done');
    await vi.waitFor(async () => expect((await store.list())[0]?.end).toBeDefined());
    const [saved] = await store.list();
    const second = setUp();
    const job = second.open(saved, 'from the store');
    await reaches(job, 'done');
    expect(frameNumbers(job)).toEqual([1, 2, 3, 4]);
    expect([...second.uploads.calls, ...second.analyses.requests]).toEqual([]);
  });

  it.each([[[]], [[1, 2, 4]], [[1, 2, 3]]])(
    'asks again for frames that the browser has not kept, behind the last before them: %j',
    async (kept) => {
      await reaches(setUp().open(), 'done');
      await vi.waitFor(async () => expect((await store.list())[0]?.end).toBeDefined());
      const [saved] = await store.list();
      const frames = await store.loadFrames('video');
      await store.clearFrames('video');
      await store.addFrames(
        'video',
        frames.filter(({ sequence }) => kept.includes(sequence)),
      );
      const { analyses, open } = setUp();
      const job = open(saved, 'from the store');
      await reaches(job, 'done');
      const gap = [1, 2, 3, 4].findIndex((sequence) => !kept.includes(sequence));
      expect(analyses.requests).toMatchObject([{ afterSequence: BigInt(gap) }]);
      expect(frameNumbers(job)).toEqual([1, 2, 3, 4]);
      expect(job.getState().end).toMatchObject({ analysedFrames: 4 });
      await vi.waitFor(async () => expect(await store.loadFrames('video')).toHaveLength(4));
    },
  );

  it('is cancelled on the server, too, and can go on', async () => {
    const half = gate('PutPiece', 3);
    const { uploads, analyses, open } = setUp({ around: half.around });
    const job = open();
    await vi.waitFor(() => expect(half.calls()).toBe(3));
    job.cancel();
    expect(job.getState().phase).toBe('cancelled');
    await vi.waitFor(() => expect(uploads.uploads.size).toBe(0));
    expect(analyses.endedCalls()).toBe(analyses.requests.length);
    half.open();
    job.resume();
    await reaches(job, 'done');
    expect(frameNumbers(job)).toEqual([1, 2, 3, 4]);
    expect(uploads.uploads.get('upload-2')?.bytes).toEqual(CONTENT);
  });

  it('stays cancelled after a reload', async () => {
    const { uploads, open } = setUp({ around: gate('PutPiece').around });
    open().cancel();
    await vi.waitFor(async () => expect((await store.list())[0]?.cancelled).toBe(true));
    const before = uploads.calls.length;
    const job = open((await store.list())[0], 'from the store');
    await reaches(job, 'cancelled');
    expect(uploads.calls.length).toBe(before);
  });

  it('analyses again in another way, with the same upload', async () => {
    const { uploads, analyses, open } = setUp();
    const job = open();
    await reaches(job, 'done');
    job.analyseAgain({ everyNth: 1, iou: 0.6 });
    await reaches(job, 'done');
    expect(analyses.requests[1]).toMatchObject({ frames: { value: 1 }, afterSequence: 0n });
    expect(frameNumbers(job)).toEqual([1, 2, 3, 4]);
    expect(uploads.calls.filter((name) => name === 'CreateUpload')).toHaveLength(1);
    await vi.waitFor(async () => expect((await store.list())[0]?.settings.everyNth).toBe(1));
  });

  it('asks for small pictures once it is known that the browser shows none', async () => {
    const { analyses, open } = setUp();
    const job = open();
    await reaches(job, 'done');
    job.cannotPlay();
    expect(job.getState().playable).toBe(false);
    job.analyseAgain({ everyNth: 1, iou: 0.45 });
    await reaches(job, 'done');
    expect(analyses.requests.map(({ thumbnailSide }) => thumbnailSide)).toEqual([0, 960]);
    await vi.waitFor(async () => expect((await store.list())[0]?.playable).toBe(false));
  });

  it('leaves no trace when it is forgotten', async () => {
    const { uploads, open } = setUp();
    const job = open();
    await reaches(job, 'done');
    await job.forget();
    expect(await store.list()).toEqual([]);
    expect(await store.loadFrames('video')).toEqual([]);
    await vi.waitFor(() => expect(uploads.uploads.size).toBe(0));
  });

  it('stays forgotten when the browser finds out later whether it plays', async () => {
    const played = Promise.withResolvers<boolean>();
    const canPlay = vi.fn(() => played.promise);
    const job = setUp({ canPlay }).open();
    await vi.waitFor(() => expect(canPlay).toHaveBeenCalled());
    await job.forget();
    played.resolve(true);
    await played.promise;
    // Behind whatever would be written now.
    await store.save(savedVideo({ id: 'other' }));
    expect((await store.list()).map(({ id }) => id)).toEqual(['other']);
  });

  it('stays forgotten when that happens while it is read from the store', async () => {
    await store.save(SAVED);
    await store.saveFile('video', FILE);
    const { uploads, open } = setUp();
    const read = vi.spyOn(store, 'loadFile');
    const job = open(SAVED, 'from the store');
    await job.forget();
    await read.mock.results[0]?.value;
    await store.save(savedVideo({ id: 'other' }));
    expect(uploads.calls).toEqual([]);
    expect((await store.list()).map(({ id }) => id)).toEqual(['other']);
  });
});
