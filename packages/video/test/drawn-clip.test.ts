// A clip that the repository draws itself: what is decoded is what was drawn, frame by frame.
import { join } from 'node:path';
import type { Scene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import { beforeAll, expect, test } from 'vitest';
import { openVideo } from '../src/open-video.ts';
import { canWriteVideo } from '../src/write-video.ts';
import { writeDrawnClip } from './drawn-clip.ts';
import { describeDecoders } from './shared-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CLIP = {
  seed: 'drawn',
  place: 'street',
  width: 320,
  height: 192,
  frames: 50,
  framesPerSecond: 25,
} as const;
/** Frames after which a street has changed more than the encoder changes it. */
const LATER = 10;

const folder = temporaryFolder();
const path = join(folder.path, 'street.mp4');
let scenes: Scene[];
beforeAll(async () => {
  if (canWriteVideo()) scenes = await writeDrawnClip(path, CLIP);
});

/** How far two pictures are apart: the mean over their bytes. */
function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

describeDecoders('a drawn clip', (decoder) => {
  test.skipIf(!canWriteVideo())(
    'has the frames that were drawn, in their order, at their times',
    async () => {
      const { frames, framesPerSecond, width, height } = CLIP;
      await using video = await openVideo(path, { decoder });
      expect(video.info).toMatchObject({ width, height, codec: 'h264', declaredFrames: frames });
      for await (const { frame, timeMs, data } of video) {
        expect(timeMs).toBeCloseTo(((frame - 1) * 1000) / framesPerSecond, 3);
        if (frame % LATER !== 1) continue;
        const [drawn, other] = await Promise.all(
          [frame - 1, (frame - 1 + LATER) % frames].map((i) =>
            renderScene(scenes[i] as Scene, { format: 'raw' }),
          ),
        );
        expect(difference(data, drawn as Buffer), `frame ${frame}`).toBeLessThan(4);
        expect(difference(data, other as Buffer), `frame ${frame}`).toBeGreaterThan(4);
      }
      expect(video.decodedFrames).toBe(frames);
    },
  );
});
