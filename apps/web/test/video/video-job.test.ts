import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { AnalysisService, MediaInfo_Kind } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pause } from '../../src/uploads/passing.ts';
import { createSlots } from '../../src/uploads/slots.ts';
import { createVideoJob, type VideoJob } from '../../src/video/video-job.ts';
import type { VideoPhase } from '../../src/video/video-state.ts';
import { openVideoStore, type SavedVideo, type VideoStore } from '../../src/video/video-store.ts';
import { createFakeAnalysis, type OnTheWay } from '../uploads/fake-analysis.ts';
import { type Around, createFakeUploads } from '../uploads/fake-server.ts';
import { NO_COPIES, savedVideo } from './fixtures.ts';

const CONTENT = Uint8Array.from({ length: 450 }, (_, index) => index & 255);
const FILE = new File([CONTENT], 'clip.mp4', { type: 'video/mp4' });
const SAVED = savedVideo({ sizeBytes: CONTENT.length });

let store: VideoStore;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  store = await openVideoStore();
});

afterEach(() => store.close());

interface Faults {
  readonly frames?: number;
  readonly onTheWay?: OnTheWay;
  readonly around?: Around;
  readonly pause?: Pause;
  readonly canPlay?: () => Promise<boolean>;
  readonly kind?: MediaInfo_Kind;
}

const noPause: Pause = async (_, signal) => signal.throwIfAborted();

function setUp(faults: Faults = {}) {
  const { frames = 4, onTheWay, around, pause = noPause, canPlay = async () => true, kind } = faults;
  const uploads = createFakeUploads();
  const analyses = createFakeAnalysis(frames, onTheWay, kind);
  const noAnswer = vi.fn();
  const open = (saved: SavedVideo = SAVED, file: File | 'from the store' = FILE) =>
    createVideoJob(saved, file === 'from the store' ? undefined : file, {
      uploads: createClient(UploadService, uploads.transport(around)),
      analyses: createClient(AnalysisService, analyses.transport),
      pieceSlots: createSlots('pieces', 2, null),
      streamSlots: createSlots('streams', 2, null),
      pause,
      store,
      canPlay,
      copies: NO_COPIES,
      isOnline: () => true,
      onNoAnswer: noAnswer,
    });
  return { uploads, analyses, noAnswer, open };
}

const reaches = (job: VideoJob, phase: VideoPhase) =>
  vi.waitFor(() => expect(job.getState().phase).toBe(phase));

const frameNumbers = (job: VideoJob) => job.getState().frames.map(({ frame }) => frame);

/** Holds calls of a method back until it is opened. */
function gate(method: string, from = 1) {
  const { promise, resolve: open } = Promise.withResolvers<void>();
  let calls = 0;
  const around: Around = async (name, go) => {
    if (name === method && ++calls >= from) await promise;
    return go();
  };
  return { around, open, calls: () => calls };
}

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

  it('asks for the file when the server needs it and the browser did not keep it', async () => {
    const { uploads, open } = setUp();
    const job = open(SAVED, 'from the store');
    await reaches(job, 'needs-file');
    expect(job.getState().problem?.title).toBe('The file is needed once more');
    expect(job.giveFile(new File(['other'], 'clip.mp4'))).toBe(false);
    expect(job.giveFile(FILE)).toBe(true);
    await reaches(job, 'done');
    expect(uploads.uploads.get('upload-1')?.bytes).toEqual(CONTENT);
  });

  it('takes the file of a folder when it is chosen by itself', async () => {
    const { open } = setUp();
    const job = open({ ...SAVED, name: 'folder/clip.mp4' }, 'from the store');
    await reaches(job, 'needs-file');
    expect(job.giveFile(FILE)).toBe(true);
    await reaches(job, 'done');
  });

  it('takes the file that it misses whatever it is at, and no other', async () => {
    const end = { frames: 4, analysedFrames: 4, timeMs: 120 };
    const { uploads, open } = setUp();
    const job = open({ ...SAVED, uploaded: true, end }, 'from the store');
    expect(job.giveFile(FILE), 'while the store is read').toBe(false);
    await reaches(job, 'done');
    expect(job.getState().url).toBeUndefined();
    expect(job.giveFile(new File(['other'], 'clip.mp4'))).toBe(false);
    expect(job.giveFile(FILE)).toBe(true);
    expect(job.getState()).toMatchObject({ phase: 'done', file: FILE, url: expect.any(String) });
    expect(job.giveFile(FILE), 'once more').toBe(false);
    await vi.waitFor(async () => expect(await store.loadFile('video')).toBeDefined());
    expect(uploads.calls).toEqual([]);
  });

  it('sends the file that it was given while the server still had its own, when that is gone', async () => {
    const held = Promise.withResolvers<void>();
    const faults = [Code.Unavailable, Code.NotFound];
    const { uploads, analyses, open } = setUp({
      onTheWay: (call) => (faults[call - 1] ? new ConnectError('no', faults[call - 1]) : 'pass'),
      pause: () => held.promise,
    });
    const job = open({ ...SAVED, uploadId: 'upload-0', uploaded: true }, 'from the store');
    await vi.waitFor(() => expect(analyses.requests).toHaveLength(1));
    expect(job.giveFile(FILE)).toBe(true);
    expect(uploads.calls).toEqual([]);
    held.resolve();
    await reaches(job, 'done');
    expect(uploads.uploads.get('upload-1')?.bytes).toEqual(CONTENT);
  });

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

  it('sends the file again when the server has forgotten it', async () => {
    const gone: OnTheWay = (call) =>
      call === 2 ? new ConnectError('no such upload', Code.NotFound) : 'pass';
    const { uploads, open } = setUp({ onTheWay: gone });
    const job = open();
    await reaches(job, 'done');
    uploads.forget('upload-1');
    job.analyseAgain({ everyNth: 2, iou: 0.45 });
    await reaches(job, 'done');
    expect(uploads.uploads.get('upload-2')?.bytes).toEqual(CONTENT);
  });

  it('shows and remembers that a file is sent again, so that a reload goes on with that', async () => {
    const gone: OnTheWay = (call) =>
      call === 2 ? new ConnectError('no such upload', Code.NotFound) : 'pass';
    const resent = gate('PutPiece', 7);
    const { uploads, open } = setUp({ onTheWay: gone, around: resent.around });
    const before = open();
    await reaches(before, 'done');
    uploads.forget('upload-1');
    before.analyseAgain({ everyNth: 2, iou: 0.45 });
    await vi.waitFor(() => expect(resent.calls()).toBe(7));
    await vi.waitFor(() =>
      expect(before.getState().upload).toMatchObject({ done: false, committedBytes: 100 }),
    );
    await vi.waitFor(async () =>
      expect(await store.list()).toMatchObject([{ uploadId: 'upload-2', uploaded: false }]),
    );
  });

  it('says who does not answer while it waits, and goes on by itself', async () => {
    let refused = 0;
    const { noAnswer, open } = setUp({
      around: async (name, go) => {
        if (name === 'PutPiece' && refused++ < 2) throw ConnectError.from(new TypeError('Failed to fetch'));
        return go();
      },
    });
    const job = open();
    await reaches(job, 'done');
    expect(noAnswer).toHaveBeenCalledTimes(2);
    expect(job.getState().upload.trouble).toBeUndefined();
  });

  it('explains a failure, and tries again', async () => {
    let full = true;
    const { open } = setUp({
      around: async (name, go) => {
        if (name === 'CreateUpload' && full)
          throw new ConnectError('the quota is full', Code.ResourceExhausted);
        return go();
      },
    });
    const job = open();
    await reaches(job, 'failed');
    expect(job.getState().problem).toMatchObject({ serverSays: 'the quota is full', canRetry: true });
    full = false;
    job.resume();
    await reaches(job, 'done');
  });

  it('does not send what is no video', async () => {
    const { uploads, open } = setUp();
    const job = open(SAVED, new File(['x'], 'a.png', { type: 'image/png' }));
    await reaches(job, 'failed');
    expect(job.getState().problem?.title).toBe('That is a picture');
    job.analyseAgain({ everyNth: 1, iou: 0.6 });
    job.cannotPlay();
    expect(job.getState()).toMatchObject({ playable: true, problem: { title: 'That is a picture' } });
    expect(uploads.calls).toEqual([]);
    expect(await store.list()).toEqual([]);
  });

  it('keeps nothing of what the server finds to be a picture', async () => {
    const half = gate('PutPiece', 3);
    const canPlay = async () => false;
    const { uploads, open } = setUp({ kind: MediaInfo_Kind.PICTURE, around: half.around, canPlay });
    const job = open();
    await reaches(job, 'failed');
    expect(job.getState()).toMatchObject({
      problem: { title: 'That is a picture', belongsIn: 'image', canRetry: false },
      ...{ file: FILE, playable: true, frames: [] },
    });
    half.open();
    job.cannotPlay();
    job.analyseAgain({ everyNth: 1, iou: 0.6 });
    await vi.waitFor(() => expect(uploads.uploads.size).toBe(0));
    await vi.waitFor(async () => expect(await store.list()).toEqual([]));
    expect(await store.loadFile('video')).toBeUndefined();
    expect(job.getState()).toMatchObject({ phase: 'failed', playable: true });
  });

  it('forgets at another try whom the one before had waited for', async () => {
    const pieces = gate('PutPiece', 3);
    const refusals = [
      ConnectError.from(new TypeError('Failed to fetch')),
      new ConnectError('who?', Code.Unauthenticated),
    ];
    const { open } = setUp({
      async around(name, go) {
        if (name === 'PutPiece' && refusals[0]) throw refusals.shift();
        return pieces.around(name, go);
      },
    });
    const job = open();
    await reaches(job, 'failed');
    expect(job.getState().upload.trouble).toBe('no-server');
    job.resume();
    expect(job.getState()).toMatchObject({ phase: 'running', upload: { trouble: undefined } });
    pieces.open();
    await reaches(job, 'done');
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

  it('has it looked at why nobody is let in', async () => {
    const { noAnswer, open } = setUp({
      around: async () => {
        throw new ConnectError('who?', Code.Unauthenticated);
      },
    });
    const job = open();
    await reaches(job, 'failed');
    expect(job.getState().problem).toMatchObject({ title: 'You are signed out', noAnswer: true });
    expect(noAnswer).toHaveBeenCalledOnce();
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
