import { type Image, MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, ConnectError, createRouterTransport } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { askForOverlap, searchPicture } from '../../src/image/search-picture.ts';
import { limitedPatience } from '../../src/uploads/passing.ts';

const PHOTO = new File([new Uint8Array([1, 2, 3])], 'photo.jpg', { type: 'image/jpeg' });
const BUS = { xmin: -1, ymin: 2, xmax: 3, ymax: 4, name: 'bus', confidence: 0.5, classId: 5 };
const { signal } = new AbortController();

function server() {
  const requests: Image[] = [];
  const transport = createRouterTransport(({ service }) =>
    service(MlPredictions, {
      predictSingleImage(request) {
        requests.push(request);
        const times = { timings: { inferenceMs: 40 } };
        return { object: [BUS, BUS], width: 640, height: 480, model: 'yolov5n', ...times };
      },
    }),
  );
  return { transport, requests };
}

describe('searchPicture', () => {
  it('sends the file as it is and asks for all there is', async () => {
    const { transport, requests } = server();
    await searchPicture(transport, PHOTO, 300, signal);
    expect(requests[0]).toMatchObject({ mode: '', data: new Uint8Array([1, 2, 3]) });
    expect(requests[0]?.options).toMatchObject({ iou: 1, unclipped: true, maxDetections: 300 });
    expect(requests[0]?.options?.confidence).toBeCloseTo(0.05);
  });

  it('reads the answer', async () => {
    const { transport } = server();
    expect(await searchPicture(transport, PHOTO, 300, signal)).toMatchObject({
      candidates: [
        { id: 0, name: 'bus', classId: 5, confidence: 0.5, boxXyxy: [-1, 2, 3, 4] },
        { id: 1, name: 'bus' },
      ],
      completeFrom: 0.05,
      ...{ sizePx: { width: 640, height: 480 }, model: 'yolov5n' },
      times: { inferenceMs: 40, decodeMs: 0 },
    });
  });

  it('knows how far down a list is complete that is as long as it may be', async () => {
    const { transport } = server();
    expect((await searchPicture(transport, PHOTO, 2, signal)).completeFrom).toBe(0.5);
  });

  it('asks a server again that is being replaced, and says so where it stays away', async () => {
    let calls = 0;
    let back = 3;
    const transport = createRouterTransport(({ service }) =>
      service(MlPredictions, {
        predictSingleImage() {
          if (++calls < back) throw new ConnectError('the server is shutting down', Code.Unavailable);
          return { object: [BUS], width: 640, height: 480 };
        },
      }),
    );
    const search = () =>
      searchPicture(
        transport,
        PHOTO,
        300,
        signal,
        limitedPatience(async () => {}),
      );
    expect((await search()).candidates).toHaveLength(1);
    expect(calls).toBe(3);
    [calls, back] = [0, Number.POSITIVE_INFINITY];
    await expect(search()).rejects.toMatchObject({ code: Code.Unavailable });
    expect(calls).toBe(6);
  });

  it('leaves errors as they are', async () => {
    const transport = createRouterTransport(({ service }) =>
      service(MlPredictions, {
        predictSingleImage() {
          throw new ConnectError('data is not a picture', Code.InvalidArgument);
        },
      }),
    );
    const refused = searchPicture(transport, PHOTO, 300, signal);
    await expect(refused).rejects.toMatchObject({ code: Code.InvalidArgument });
  });
});

describe('askForOverlap', () => {
  it('lets the server suppress and clip', async () => {
    const { transport, requests } = server();
    const suppressed = await askForOverlap(transport, PHOTO, 300, 0.5, signal);
    expect(suppressed).toMatchObject({ iou: 0.5, detections: [{ id: 0, name: 'bus' }, { id: 1 }] });
    expect(requests[0]?.options).toMatchObject({ iou: 0.5, unclipped: false, maxDetections: 300 });
  });

  it('asks a server again that is being replaced', async () => {
    let calls = 0;
    const transport = createRouterTransport(({ service }) =>
      service(MlPredictions, {
        predictSingleImage() {
          if (++calls < 3) throw new ConnectError('the server is shutting down', Code.Unavailable);
          return { object: [BUS] };
        },
      }),
    );
    const patience = limitedPatience(async () => {});
    const suppressed = await askForOverlap(transport, PHOTO, 300, 0.5, signal, patience);
    expect(suppressed.detections).toHaveLength(1);
  });
});
