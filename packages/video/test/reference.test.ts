// Every clip against what OpenCV and ffmpeg made of it: numbers, times, sizes, and the pixels bit for bit.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openVideo } from '../src/open-video.ts';
import { describeDecoders, sharedPath } from './shared-files.ts';

interface Golden {
  readonly video: string;
  readonly width: number;
  readonly height: number;
  readonly decoded_frames: number;
  readonly every: number;
  readonly frames: readonly {
    readonly frame: number;
    readonly time_s: number;
    readonly rgb_sha256: string;
  }[];
}

const folder = 'golden/videos';
const files = existsSync(sharedPath(folder)) ? readdirSync(sharedPath(folder)) : [];

describeDecoders(
  'clips as OpenCV sees them',
  (decoder) => {
    test.each(files)('%s', async (file) => {
      const golden: Golden = JSON.parse(readFileSync(sharedPath(`${folder}/${file}`), 'utf8'));
      const path = sharedPath(`media/videos/${golden.video}`);
      await using video = await openVideo(path, { decoder, choice: { everyNth: golden.every } });
      const { width, height } = golden;
      expect(video.info).toMatchObject({ width, height, decoder });
      const seen = [];
      for await (const frame of video) {
        expect({ width: frame.width, height: frame.height }).toEqual({ width, height });
        const sha256 = createHash('sha256').update(frame.data).digest('hex');
        seen.push({ frame: frame.frame, time_us: Math.round(frame.timeMs * 1000), sha256 });
      }
      const expected = golden.frames.map(({ frame, time_s, rgb_sha256: sha256 }) => {
        return { frame, time_us: Math.round(time_s * 1e6), sha256 };
      });
      expect(seen).toEqual(expected);
      expect(video.decodedFrames).toBe(golden.decoded_frames);
    });
  },
  [folder, 'media/videos'],
);
