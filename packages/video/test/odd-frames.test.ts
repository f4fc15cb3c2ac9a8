// Frames that are not what the container says.
import { expect, test } from 'vitest';
import { openVideo, type VideoFrame } from '../src/open-video.ts';
import { type AviOptions, greyOf, greyPicture, writeAvi } from './avi.ts';
import { describeDecoders } from './shared-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const [WIDTH, HEIGHT, FRAMES] = [64, 48, 24];

/** A frame's own grey in its left half, black in the other. */
function leftGrey(frame: number) {
  return greyPicture(frame, WIDTH / 2, HEIGHT).extend({ right: WIDTH / 2, background: 'black' });
}

/** The value at a place that is given in parts of the width and of the height. */
function valueAt({ width, height, data }: VideoFrame, x: number, y: number): number | undefined {
  return data[3 * (Math.floor(y * height) * width + Math.floor(x * width))];
}

describeDecoders('odd frames', (decoder) => {
  const folder = temporaryFolder();

  async function read(pictureOf: NonNullable<AviOptions['pictureOf']>) {
    const bytes = await writeAvi({ width: WIDTH, height: HEIGHT, frames: FRAMES, pictureOf });
    await using video = await openVideo(folder.write('odd.avi', bytes), { decoder });
    expect(video.info).toMatchObject({ width: WIDTH, height: HEIGHT, rotation: 0 });
    return await Array.fromAsync(video);
  }

  test('an orientation in EXIF is left alone', async () => {
    const frames = await read((frame) => leftGrey(frame).withMetadata({ orientation: 6 }));
    expect(frames).toHaveLength(FRAMES);
    for (const frame of frames) {
      expect(frame).toMatchObject({ timeMs: (frame.frame - 1) * 40, width: WIDTH, height: HEIGHT });
      for (const y of [0.2, 0.8]) {
        expect(valueAt(frame, 0.2, y)).toBeCloseTo(greyOf(frame.frame), -1);
        expect(valueAt(frame, 0.8, y)).toBeCloseTo(0, -1);
      }
    }
  });

  test('each has its own size', async () => {
    const sizeOf = (frame: number) =>
      frame > 9 ? { width: 33, height: 97 } : { width: WIDTH, height: HEIGHT };
    const frames = await read((frame) => greyPicture(frame, sizeOf(frame).width, sizeOf(frame).height));
    expect(frames).toHaveLength(FRAMES);
    for (const frame of frames) {
      expect(frame).toMatchObject(sizeOf(frame.frame));
      expect(valueAt(frame, 0.1, 0.1)).toBeCloseTo(greyOf(frame.frame), -1);
      expect(valueAt(frame, 0.9, 0.9)).toBeCloseTo(greyOf(frame.frame), -1);
    }
  });
});
