import { MediaInfo_Kind } from '@boxwire/proto/boxwire/v1/analysis_service';
import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it, vi } from 'vitest';
import type { OnTheWay } from '../uploads/fake-analysis.ts';
import { CONTENT, FILE, gate, reaches, SAVED, setUp, store } from './support/video-jobs.ts';

describe('the file of a video job', () => {
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
    const end = { frames: 4, analysedFrames: 0, timeMs: 120 };
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
});
