// Clips of every kind from the shell, against what the reference pipeline (YOLOv5 v7.0 in PyTorch) found in its frames.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../server/bench/server-process.ts';
import { type NamedBox, unmatchedBoxes } from '../../server/test/detector/unmatched-boxes.ts';
import { describeWithShared, sharedPath } from '../../server/test/shared-files.ts';
import { temporaryFolder } from '../../server/test/small-model.ts';
import { runCli } from './cli-process.ts';

interface Row {
  readonly source: string;
  readonly frame: number;
  readonly timeMs: number;
  readonly width: number;
  readonly height: number;
  readonly predictions: readonly NamedBox[];
}

interface Golden {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly {
    readonly frame: number;
    readonly time_s: number;
    readonly autoshape: {
      readonly detections: readonly (Omit<NamedBox, 'classId'> & { readonly class: number })[];
    };
  }[];
}

const needs = ['models/yolov5n.pt', 'media/videos', 'golden/videos'];
/** Plain, turned, of uneven times, of odd sides; what is in the others packages/video sees to, pixel by pixel. */
const videos = [
  'bottle-detection.mp4',
  'v-odd-427x239-yuv444-bottle.mp4',
  'v-rotate90-person.mp4',
  'v-vfr-bottle.mp4',
];

describeWithShared('clips from the shell as the reference sees them', needs, () => {
  const folder = temporaryFolder();
  let all: Row[];
  beforeAll(async () => {
    const server = await startServer({ MODEL: 'yolov5n', MODEL_DIR: folder.path });
    const args = ['--json', '--every', '24', '--server', `localhost:${server.port}`];
    const { code, out, err } = await runCli([
      ...args,
      ...videos.map((name) => sharedPath(`media/videos/${name}`)),
    ]);
    await server.stop();
    expect({ code, err }).toEqual({ code: 0, err: [] });
    all = out.map((line) => JSON.parse(line));
  }, 240_000);
  afterAll(folder.remove);

  test('one after the other', () => {
    expect([...new Set(all.map(({ source }) => source))]).toEqual(videos);
  });

  test.each(videos)('%s', (video) => {
    const golden: Golden = JSON.parse(readFileSync(sharedPath(`golden/videos/${video}.json`), 'utf8'));
    const { width, height } = golden;
    const rows = all.filter(({ source }) => source === video);
    const shape = ({ source, frame, timeMs, width, height }: Row) => ({
      source,
      frame,
      timeMs,
      width,
      height,
    });
    expect(rows.map(shape)).toEqual(
      golden.frames.map(({ frame, time_s }) => {
        return { source: video, frame, timeMs: expect.closeTo(time_s * 1000, 2), width, height };
      }),
    );
    for (const [index, { frame, predictions }] of rows.entries()) {
      const detections = golden.frames[index]?.autoshape.detections ?? [];
      const expected = detections.map((box) => ({ ...box, classId: box.class }));
      expect(unmatchedBoxes(expected, predictions), `of the reference in frame ${frame}`).toEqual([]);
      expect(unmatchedBoxes(predictions, expected), `of ours in frame ${frame}`).toEqual([]);
    }
  });
});
