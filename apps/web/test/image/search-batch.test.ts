import { AnalysisService, type AnalyzeRequest } from '@boxwire/proto/boxwire/v1/analysis_service';
import { Code, ConnectError, createRouterTransport, type Transport } from '@connectrpc/connect';
import { describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../src/image/answer.ts';
import { searchBatch } from '../../src/image/search-batch.ts';
import { type Around, createFakeUploads } from '../uploads/fake-server.ts';

const picture = (name: string, size = 250) => new File([new Uint8Array(size).fill(7)], name);

/** Uploads in memory, and an analysis that answers each picture once its upload is finished. */
function server(broken: ReadonlySet<string> = new Set(), around?: Around) {
  const uploads = createFakeUploads();
  const requests: AnalyzeRequest[] = [];
  const aborted: string[] = [];
  async function* analyze(request: AnalyzeRequest, { signal }: { signal: AbortSignal }) {
    requests.push(request);
    let sequence = 0n;
    for (const [uploadIndex, id] of request.uploadIds.entries()) {
      while (!uploads.uploads.get(id)?.finished) {
        if (signal.aborted) aborted.push(id);
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      const size = { width: 640, height: 480 };
      yield { uploadIndex, event: { case: 'media', value: { kind: 1, model: 'yolov5n', ...size } } } as const;
      const error = { code: Code.InvalidArgument, message: 'data is not a picture' };
      const isBroken = broken.has(uploads.uploads.get(id)?.name ?? '');
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
  return { transport, requests, uploads: uploads.uploads, calls: uploads.calls, aborted };
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

const { signal } = new AbortController();

describe('searchBatch', () => {
  it('sends all in pieces and reads all from one stream', async () => {
    const { transport, requests } = server();
    const { follower, answers, sent } = follow();
    await searchBatch(transport, [picture('a'), picture('b')], 300, follower, signal);
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
    await searchBatch(transport, [picture('a'), picture('b')], 300, follow().follower, signal);
    await vi.waitFor(() => expect(uploads.size).toBe(0));
  });

  it('tells of a broken file alone', async () => {
    const { transport } = server(new Set(['b']));
    const { follower, answers, errors } = follow();
    await searchBatch(transport, [picture('a'), picture('b'), picture('c')], 300, follower, signal);
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
    const { transport } = server(new Set(), full);
    const { follower, answers, errors } = follow();
    await searchBatch(transport, [picture('a'), picture('b')], 300, follower, signal);
    expect(errors.get(0)).toMatchObject({ code: Code.ResourceExhausted });
    expect([...answers.keys()]).toEqual([1]);
  });

  it('goes on with the others when one cannot be sent to its end', async () => {
    const unreadable = picture('a');
    const gone = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
    Object.assign(unreadable, { slice: () => ({ arrayBuffer: gone }) });
    const { transport, requests } = server();
    const { follower, answers, errors } = follow();
    await searchBatch(transport, [unreadable, picture('b')], 300, follower, signal);
    expect(errors.get(0)).toMatchObject({ name: 'NotReadableError' });
    expect([...answers.keys()]).toEqual([1]);
    expect(requests.at(-1)?.uploadIds).toHaveLength(1);
  });

  it('ends everything when it is aborted', async () => {
    const stop = new AbortController();
    const never: Around = (method, go) => (method === 'FinishUpload' ? new Promise(() => {}) : go());
    const { transport, uploads, aborted } = server(new Set(), never);
    const { follower, errors } = follow();
    const searched = searchBatch(transport, [picture('a')], 300, follower, stop.signal);
    await vi.waitFor(() => expect(uploads.get('upload-1')?.bytes).toHaveLength(250));
    stop.abort();
    await expect(searched).rejects.toThrow();
    expect(errors.size).toBe(0);
    await vi.waitFor(() => expect(uploads.size).toBe(0));
    await vi.waitFor(() => expect(aborted).toEqual(['upload-1']));
  });
});
