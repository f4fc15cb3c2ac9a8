// Every clip uploaded to the real server, against what the reference pipeline (YOLOv5 v7.0 in PyTorch) found in it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { FrameDetections } from '@boxwire/proto/boxwire/v1/analysis_service';
import { availableDecoders } from '@boxwire/video';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../../bench/server-process.ts';
import { type NamedBox, unmatchedBoxes } from '../detector/unmatched-boxes.ts';
import { openHttp2 } from '../rpc/connect-clients.ts';
import { describeWithShared, sharedPath } from '../shared-files.ts';
import { temporaryFolder } from '../small-model.ts';

interface Golden {
  readonly width: number;
  readonly height: number;
  readonly decoded_frames: number;
  readonly every: number;
  readonly frames: readonly {
    readonly frame: number;
    readonly time_s: number;
    readonly autoshape: {
      readonly detections: readonly (Omit<NamedBox, 'classId'> & { readonly class: number })[];
    };
  }[];
}

/** Clips whose index comes after their frames; all others show boxes before their last byte is there. */
const NEEDS_WHOLE = [
  'bottle-detection.mp4',
  ...[
    'hevc-bottle',
    'moov-at-end-bottle',
    'odd-427x239-yuv444-bottle',
    'rotate90-bottle',
    'rotate90-person',
    'vfr-bottle',
  ].map((name) => `v-${name}.mp4`),
];
const needs = ['models/yolov5n.pt', 'media/videos', 'golden/videos'];
const videos = existsSync(sharedPath('media/videos')) ? readdirSync(sharedPath('media/videos')) : [];

describeWithShared('uploaded clips as the reference sees them', needs, () => {
  // The other one gives the same pixels of each of them (packages/video/test/reference.test.ts).
  describe.each(availableDecoders().slice(0, 1))('by %s', (decoder) => {
    const folder = temporaryFolder();
    let server: Awaited<ReturnType<typeof startServer>>;
    beforeAll(async () => {
      const env = { MODEL: 'yolov5n', MODEL_DIR: folder.path, UPLOAD_DIR: `${folder.path}/uploads` };
      server = await startServer({ ...env, VIDEO_DECODER: decoder });
    });
    afterAll(async () => {
      await server?.stop();
      folder.remove();
    });

    test.each(videos)('%s', async (name) => {
      const golden: Golden = JSON.parse(readFileSync(sharedPath(`golden/videos/${name}.json`), 'utf8'));
      const { uploads, analysis } = openHttp2(`http://localhost:${server.port}`);
      const bytes = readFileSync(sharedPath(`media/videos/${name}`));
      const { upload: { id = '' } = {} } = await uploads.createUpload({
        name,
        sizeBytes: BigInt(bytes.length),
      });
      const put = (from: number, to: number) =>
        uploads.putPiece({ id, offsetBytes: BigInt(from), data: bytes.subarray(from, to) });
      // The last byte is held back until there are boxes, where there can be.
      await put(0, bytes.length - 1);
      let isComplete = NEEDS_WHOLE.includes(name);
      if (isComplete) await put(bytes.length - 1, bytes.length);
      const frames: FrameDetections[] = [];
      const frameChoice = { case: 'everyNth', value: golden.every } as const;
      for await (const { event } of analysis.analyze({ uploadIds: [id], frames: frameChoice })) {
        if (event.case === 'media') {
          expect(event.value).toMatchObject({ width: golden.width, height: golden.height, model: 'yolov5n' });
        } else if (event.case === 'frame') {
          frames.push(event.value);
          if (!isComplete) await put(bytes.length - 1, bytes.length);
          isComplete = true;
        } else if (event.case === 'summary') {
          const analysedFrames = BigInt(golden.frames.length);
          expect(event.value).toMatchObject({ frames: BigInt(golden.decoded_frames), analysedFrames });
          expect(event.value.error).toBeUndefined();
        }
      }
      const { width, height } = golden;
      expect(frames.map(({ frame, timeMs, width, height }) => ({ frame, timeMs, width, height }))).toEqual(
        golden.frames.map(({ frame, time_s }) => {
          return { frame: BigInt(frame), timeMs: expect.closeTo(time_s * 1000, 2), width, height };
        }),
      );
      for (const [index, { frame, detections }] of frames.entries()) {
        const expected = (golden.frames[index]?.autoshape.detections ?? []).map((box) => ({
          ...box,
          classId: box.class,
        }));
        expect(unmatchedBoxes(expected, detections), `of the reference in frame ${frame}`).toEqual([]);
        expect(unmatchedBoxes(detections, expected), `of ours in frame ${frame}`).toEqual([]);
      }
      await uploads.deleteUpload({ id });
    });
  });
});
