import { AnalysisService, type AnalyzeRequest } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { Code, ConnectError, createRouterTransport, type Transport } from '@connectrpc/connect';
import { describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../src/image/answer.ts';
import { UploadRefusedError, VideoError } from '../../src/image/problem-with-file.ts';
import { deleteLeftUploads, searchBatch } from '../../src/image/search-batch.ts';
import { createUploadLedger } from '../../src/uploads/upload-ledger.ts';
import { type Around, createFakeUploads } from '../uploads/fake-server.ts';
import { FREE_LOCKS } from '../uploads/free-locks.ts';

// As on addresses without TLS: no locks, by which calls would share places anyhow.
vi.hoisted(() => vi.stubGlobal('navigator', {}));

const { signal: never } = new AbortController();
const picture = (name: string, size = 250) => new File([new Uint8Array(size).fill(7)], name);
const member = (name: string, signal = never) => ({ file: picture(name), signal });

/**
 * Uploads in memory, and an analysis that answers each picture once its upload is finished. One in `broken` is answered
 * by an error, one in `refused` before its upload is finished, and one in `videos` turns out to be a video.
 */
function server({ broken = [], refused = [], videos = [], failure, around }: ServerOptions = {}) {
  const uploads = createFakeUploads();
  const requests: AnalyzeRequest[] = [];
  async function* analyze(request: AnalyzeRequest, { signal }: { signal: AbortSignal }) {
    requests.push(request);
    if (failure) throw failure;
    let sequence = 0n;
    for (const [uploadIndex, id] of request.uploadIds.entries()) {
      const { name = '' } = uploads.uploads.get(id) ?? {};
      const isRefused = refused.includes(name);
      while (!uploads.uploads.get(id)?.finished && !isRefused) {
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      const size = { width: 640, height: 480 };
      const media = { kind: videos.includes(name) ? 2 : 1, model: 'yolov5n', ...size };
      yield { uploadIndex, event: { case: 'media', value: media } } as const;
      const error = { code: Code.InvalidArgument, message: 'data is not a picture' };
      const isBroken = isRefused || broken.includes(name);
      const detections = [{ name: 'bus', classId: 5, confidence: 0.5, xmin: -1, ymin: 2, xmax: 3, ymax: 4 }];
      const frame = { frame: 1n, ...size, detections, timings: { inferenceMs: 40 } };
      if (!isBroken)
        yield { uploadIndex, sequence: ++sequence, event: { case: 'frame', value: frame } } as const;
      const summary = isBroken ? { error } : { frames: 1n, analysedFrames: 1n };
      yield { uploadIndex, sequence: ++sequence, event: { case: 'summary', value: summary } } as const;
    }
  }
  const analyses = createRouterTransport((router) => router.service(AnalysisService, { analyze }));
  const transport: Transport = { unary: uploads.transport(around).unary, stream: analyses.stream };
  return { transport, requests, uploads: uploads.uploads, calls: uploads.calls };
}

interface ServerOptions {
  readonly broken?: readonly string[];
  readonly refused?: readonly string[];
  readonly videos?: readonly string[];
  /** What each analysis fails with. */
  readonly failure?: ConnectError;
  readonly around?: Around;
}

/** As pages of one tab have it, one after the other. */
function createLedger(items: Record<string, string> = {}, pageId = 'page') {
  const storage = {
    getItem: (name: string) => items[name] ?? null,
    setItem: (name: string, value: string) => Object.assign(items, { [name]: value }),
    removeItem: (name: string) => Reflect.deleteProperty(items, name),
    key: (index: number) => Object.keys(items)[index] ?? null,
    get length() {
      return Object.keys(items).length;
    },
  };
  return createUploadLedger({ storage: () => storage, locks: () => FREE_LOCKS, pageId });
}

function follow() {
  const answers = new Map<number, Answer>();
  const errors = new Map<number, unknown>();
  const sent: string[] = [];
  return {
    answers,
    errors,
    sent,
    follower: {
      onSent: (index: number, share: number) => void sent.push(`${index}: ${share}`),
      onAnswer: (index: number, answer: Answer) => void answers.set(index, answer),
      onError: (index: number, error: unknown) => void errors.set(index, error),
    },
  };
}

describe('searchBatch', () => {
  it('says of what the server takes no upload that it may be sent otherwise', async () => {
    const full = new ConnectError('MAX_UPLOADS allows 0', Code.ResourceExhausted);
    const { transport, requests } = server({
      around: async (method, go) => (method === 'CreateUpload' ? Promise.reject(full) : go()),
    });
    const { follower, errors } = follow();
    await searchBatch(transport, [member('a'), member('b')], 300, follower);
    for (const index of [0, 1]) {
      expect(errors.get(index)).toBeInstanceOf(UploadRefusedError);
      expect(errors.get(index)).toMatchObject({ cause: { code: Code.ResourceExhausted } });
    }
    expect(requests).toEqual([]);
  });

  it('sends all in pieces and reads all from one stream', async () => {
    const { transport, requests } = server();
    const { follower, answers, sent } = follow();
    await searchBatch(transport, [member('a'), member('b')], 300, follower);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.options).toMatchObject({ iou: 1, unclipped: true, maxDetections: 300 });
    expect(sent).toContain('0: 0.4');
    expect(sent).toContain('1: 1');
    expect([...answers.keys()]).toEqual([0, 1]);
    expect(answers.get(1)).toMatchObject({
      candidates: [{ name: 'bus', boxXyxy: [-1, 2, 3, 4] }],
      ...{ completeFrom: 0.05, model: 'yolov5n', sizePx: { width: 640, height: 480 } },
      times: { inferenceMs: 40 },
    });
  });

  it('leaves nothing on the server', async () => {
    const { transport, uploads } = server();
    await searchBatch(transport, [member('a'), member('b')], 300, follow().follower);
    await vi.waitFor(() => expect(uploads.size).toBe(0));
  });

  it('notes each upload until the server has deleted it', async () => {
    const deleted = Promise.withResolvers<void>();
    const { transport, uploads } = server({
      around: (method, go) => (method === 'DeleteUpload' ? deleted.promise.then(go) : go()),
    });
    const ledger = createLedger();
    await searchBatch(transport, [member('a'), member('b')], 300, follow().follower, ledger);
    expect(ledger.ids()).toEqual(['upload-1', 'upload-2']);
    deleted.resolve();
    await vi.waitFor(() => expect(uploads.size).toBe(0));
    await vi.waitFor(() => expect(ledger.ids()).toEqual([]));
  });

  it('tells of a broken file alone', async () => {
    const { transport } = server({ broken: ['b'] });
    const { follower, answers, errors } = follow();
    await searchBatch(transport, [member('a'), member('b'), member('c')], 300, follower);
    expect([...answers.keys()]).toEqual([0, 2]);
    expect(errors.get(1)).toMatchObject({ code: Code.InvalidArgument, rawMessage: 'data is not a picture' });
  });

  it('goes on with the others when one cannot be announced', async () => {
    let created = 0;
    const full: Around = (method, go) => {
      if (method === 'CreateUpload' && ++created === 1) {
        throw new ConnectError('quota', Code.ResourceExhausted);
      }
      return go();
    };
    const { transport } = server({ around: full });
    const { follower, answers, errors } = follow();
    await searchBatch(transport, [member('a'), member('b')], 300, follower);
    expect(errors.get(0)).toMatchObject({ cause: { code: Code.ResourceExhausted } });
    expect([...answers.keys()]).toEqual([1]);
  });

  it('goes on with the others when one cannot be sent to its end', async () => {
    const unreadable = picture('a');
    const gone = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
    Object.assign(unreadable, { slice: () => ({ arrayBuffer: gone }) });
    const { transport, requests } = server();
    const { follower, answers, errors } = follow();
    await searchBatch(transport, [{ file: unreadable, signal: never }, member('b')], 300, follower);
    expect(errors.get(0)).toMatchObject({ name: 'NotReadableError' });
    expect([...answers.keys()]).toEqual([1]);
    expect(requests.at(-1)?.uploadIds).toHaveLength(1);
  });

  it('ends what is aborted, and goes on with the others', async () => {
    const stop = new AbortController();
    const abort = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    const held: Around = (method, go) => (method === 'FinishUpload' ? abort.then(go) : go());
    const { transport, requests, uploads } = server({ around: held });
    const { follower, answers, errors } = follow();
    const members = [member('a', stop.signal), member('b')];
    const searched = searchBatch(transport, members, 300, follower);
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    stop.abort();
    await searched;
    expect([...answers.keys()]).toEqual([1]);
    expect(errors.size).toBe(0);
    expect(requests.at(-1)?.uploadIds).toEqual(['upload-2']);
    await vi.waitFor(() => expect(uploads.size).toBe(0));
  });

  it('sends nothing of what nobody wants', async () => {
    const { transport, calls } = server();
    const { follower, errors } = follow();
    await searchBatch(transport, [member('a', AbortSignal.abort())], 300, follower);
    expect(errors.size).toBe(0);
    expect(calls).not.toContain('PutPiece');
  });

  describe('sends nothing more of a file', () => {
    /** Pieces arrive only after the upload was deleted, which looks as if it had expired. */
    async function search(options: ServerOptions) {
      const deleted = Promise.withResolvers<void>();
      const slow: Around = async (method, go) => {
        if (method === 'PutPiece') await deleted.promise;
        return go().finally(() => method === 'DeleteUpload' && deleted.resolve());
      };
      const { transport, uploads, calls } = server({ ...options, around: slow });
      const { follower, errors } = follow();
      const error = await searchBatch(transport, [member('a')], 300, follower).catch((reason) => reason);
      await vi.waitFor(() => expect(uploads.size).toBe(0));
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(calls.filter((method) => method === 'CreateUpload')).toHaveLength(1);
      return { error, errors };
    }

    it('that is answered before it is there', async () => {
      const { errors } = await search({ refused: ['a'] });
      expect(errors.get(0)).toMatchObject({ code: Code.InvalidArgument });
    });

    it('when the analysis fails for good', async () => {
      const failure = new ConnectError('no model', Code.Internal);
      const { error } = await search({ failure });
      expect(error).toMatchObject({ code: Code.Internal });
    });
  });

  it('does not go through a video', async () => {
    const { transport, requests } = server({ videos: ['a'] });
    const { follower, answers, errors } = follow();
    await searchBatch(transport, [member('a'), member('b')], 300, follower);
    expect(errors.get(0)).toBeInstanceOf(VideoError);
    expect([...answers.keys()]).toEqual([1]);
    expect(requests.map(({ uploadIds }) => uploadIds)).toEqual([['upload-1', 'upload-2'], ['upload-2']]);
  });

  it('sends two pieces at a time, whatever the number of files and batches', async () => {
    let [now, most] = [0, 0];
    const counted: Around = async (method, go) => {
      if (method !== 'PutPiece') return go();
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      return go().finally(() => now--);
    };
    const { transport } = server({ around: counted });
    const search = () =>
      searchBatch(
        transport,
        ['a', 'b', 'c', 'd'].map((name) => member(name)),
        300,
        follow().follower,
      );
    await Promise.all([search(), search()]);
    expect(most).toBe(2);
  });
});

describe('deleteLeftUploads', () => {
  it('deletes what the page before left in the middle of a batch', async () => {
    const { transport, uploads } = server({
      around: (method, go) => (method === 'FinishUpload' ? new Promise(() => {}) : go()),
    });
    const tab = {};
    const before = createLedger(tab, 'before');
    void searchBatch(transport, [member('a'), member('b')], 300, follow().follower, before);
    await vi.waitFor(() => expect(before.ids()).toHaveLength(2));
    const after = createLedger(tab, 'after');
    await deleteLeftUploads(transport, after);
    expect(uploads.size).toBe(0);
    expect(after.hasLeft()).toBe(false);
  });

  it('holds what has expired for deleted, and asks about the rest again next time', async () => {
    const tab = {};
    const before = createLedger(tab, 'before');
    for (const id of ['expired', 'there']) before.add(id);
    const asked: string[] = [];
    const transport = createRouterTransport((router) =>
      router.service(UploadService, {
        deleteUpload({ id }) {
          asked.push(id);
          throw new ConnectError('no', id === 'expired' ? Code.NotFound : Code.Unavailable);
        },
      }),
    );
    await deleteLeftUploads(transport, createLedger(tab, 'after'));
    expect(asked).toEqual(['expired', 'there']);
    expect(before.ids()).toEqual(['there']);
  });
});
