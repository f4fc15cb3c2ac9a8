import { expect, test } from 'vitest';
import { openHttp1, openHttp2 } from './connect-clients.ts';
import { createFeed, startServer, until } from './harness.ts';

const image = (frame: number) => ({
  mode: 'L',
  width: frame + 1,
  height: 1,
  data: new Uint8Array(frame + 1),
  frame,
});

test('answers one image on both ports', async () => {
  const { grpcUrl, httpUrl, detector } = await startServer();
  detector.answerAll();
  for (const { predictions } of [openHttp2(grpcUrl), openHttp1(httpUrl)]) {
    const answer = await predictions.predictSingleImage(image(7));
    expect(answer).toMatchObject({
      frame: 7,
      ...{ width: 8, height: 1, model: 'fake' },
      object: [{ xmin: 0.5, ymin: 1, xmax: 8, ymax: 1, name: 'bottle', confidence: 0.75, classId: 0 }],
      timings: { decodeMs: 1, queueMs: 2, preprocessMs: 3, inferenceMs: 4, postprocessMs: 5 },
    });
    expect(answer.error).toBeUndefined();
  }
  expect(
    detector.jobs.map(({ image: { mode, width, height, data } }) => [mode, width, height, data.length]),
  ).toEqual([
    ['L', 8, 1, 8],
    ['L', 8, 1, 8],
  ]);
});

test('answers a stream in order, each image as soon as it is ready', async () => {
  const { grpcUrl, detector } = await startServer();
  const feed = createFeed<ReturnType<typeof image>>();
  const answers = openHttp2(grpcUrl).predictions.predictMultipleImages(feed)[Symbol.asyncIterator]();
  feed.push(image(1), image(2), image(3));
  await until(() => detector.jobs.length === 3);
  detector.jobs[2]?.answer();
  detector.jobs[0]?.answer();
  expect((await answers.next()).value).toMatchObject({ frame: 1, width: 2 });
  detector.jobs[1]?.answer();
  expect((await answers.next()).value).toMatchObject({ frame: 2, width: 3 });
  expect((await answers.next()).value).toMatchObject({ frame: 3, width: 4 });
  feed.end();
  expect((await answers.next()).done).toBe(true);
});
