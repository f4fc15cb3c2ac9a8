import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, ConnectError, createRouterTransport, type ServiceImpl } from '@connectrpc/connect';
import { describe, expect, it, vi } from 'vitest';
import { createImageSearch, type SearchState } from '../../src/image/image-search.ts';
import { predictImage } from '../../src/image/predict-image.ts';
import { problemFromError } from '../../src/problems/problem-from-error.ts';

type Predict = ServiceImpl<typeof MlPredictions>['predictSingleImage'];

const PHOTO = new File([new Uint8Array([1, 2, 3])], 'photo.jpg', { type: 'image/jpeg' });
const OTHER = new File([new Uint8Array([4])], 'other.png', { type: 'image/png' });

function searchAgainst(predictSingleImage: Predict) {
  const transport = createRouterTransport(({ service }) => service(MlPredictions, { predictSingleImage }));
  const search = createImageSearch({
    predict: (file, signal) => predictImage(transport, file, signal),
    explain: async (error) => problemFromError(error, 'http://localhost:8080'),
  });
  const settled = (phase: SearchState['phase']) =>
    vi.waitFor(() => expect(search.getState().phase).toBe(phase));
  return { search, settled };
}

describe('createImageSearch', () => {
  it('sends the file as it is, at a low confidence, and shows what comes back', async () => {
    const { search, settled } = searchAgainst((request) => {
      expect(request).toMatchObject({ mode: '', data: new Uint8Array([1, 2, 3]) });
      expect(request.options?.confidence).toBeCloseTo(0.05);
      return {
        object: [{ xmin: 1, ymin: 2, xmax: 3, ymax: 4, name: 'bus', confidence: 0.5, classId: 5 }],
        ...{ width: 640, height: 480, model: 'yolov5n', timings: { inferenceMs: 40 } },
      };
    });
    search.search(PHOTO);
    expect(search.getState()).toMatchObject({ phase: 'searching', picture: { file: PHOTO } });
    await settled('found');
    expect(search.getState()).toMatchObject({
      answer: {
        detections: [{ id: 0, name: 'bus', classId: 5, confidence: 0.5, boxXyxy: [1, 2, 3, 4] }],
        ...{ sizePx: { width: 640, height: 480 }, model: 'yolov5n', times: { inferenceMs: 40, decodeMs: 0 } },
      },
    });
  });

  it('cancels the call on the wire, and can begin again', async () => {
    let aborted = false;
    let calls = 0;
    const { search, settled } = searchAgainst(async (_, { signal }) => {
      if (++calls === 2) return {};
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted = true;
      throw new ConnectError('cancelled', Code.Canceled);
    });
    search.search(PHOTO);
    await vi.waitFor(() => expect(calls).toBe(1));
    search.cancel();
    expect(search.getState().phase).toBe('cancelled');
    await vi.waitFor(() => expect(aborted).toBe(true));
    expect(search.getState().phase).toBe('cancelled');
    search.retry();
    await settled('found');
  });

  it('forgets a picture whose place was taken', async () => {
    let answerFirst = () => {};
    const first = new Promise<void>((resolve) => {
      answerFirst = resolve;
    });
    const { search, settled } = searchAgainst(async ({ data }) => {
      if (data.length === 3) await first;
      return { model: data.length === 3 ? 'first' : 'second' };
    });
    search.search(PHOTO);
    search.search(OTHER);
    await settled('found');
    answerFirst();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(search.getState()).toMatchObject({ picture: { file: OTHER }, answer: { model: 'second' } });
  });

  it('says why there is no answer', async () => {
    const { search, settled } = searchAgainst(() => {
      throw new ConnectError('data is not a picture', Code.InvalidArgument);
    });
    search.search(PHOTO);
    await settled('failed');
    expect(search.getState()).toMatchObject({ problem: { serverSays: 'data is not a picture' } });
  });

  it('does not send what is no picture', () => {
    const { search } = searchAgainst(() => expect.unreachable());
    search.search(new File(['hello'], 'notes.txt', { type: 'text/plain' }));
    expect(search.getState()).toMatchObject({ phase: 'failed', problem: { canRetry: false } });
  });

  it('tells its listeners, until they leave', () => {
    const { search } = searchAgainst(() => ({}));
    const listener = vi.fn();
    const leave = search.subscribe(listener);
    search.search(PHOTO);
    leave();
    search.cancel();
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
