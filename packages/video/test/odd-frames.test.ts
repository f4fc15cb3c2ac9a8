// Frames that are not what the container says.
import { expect, test } from 'vitest';
import { type FrameChoice, openVideo, type VideoFrame } from '../src/open-video.ts';
import { type AviOptions, greyOf, greyPicture, writeAvi } from './avi.ts';
import { describeDecoders } from './shared-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const [WIDTH, HEIGHT, FRAMES] = [64, 48, 24];

/** A frame's own grey in its left half, black in the other. */
function leftGrey(frame: number) {
  return greyPicture(frame, WIDTH / 2, HEIGHT).extend({ right: WIDTH / 2, background: 'black' });
}

/** The video's size, then another. */
function sizeOf(frame: number) {
  return frame > 9 ? { width: 33, height: 97 } : { width: WIDTH, height: HEIGHT };
}

/** The value at a place that is given in parts of the width and of the height. */
function valueAt({ width, height, data }: VideoFrame, x: number, y: number): number | undefined {
  return data[3 * (Math.floor(y * height) * width + Math.floor(x * width))];
}

describeDecoders('odd frames', (decoder) => {
  const folder = temporaryFolder();

  async function read(
    pictureOf: NonNullable<AviOptions['pictureOf']>,
    choice: FrameChoice = { everyNth: 1 },
  ) {
    const bytes = await writeAvi({ width: WIDTH, height: HEIGHT, frames: FRAMES, pictureOf });
    await using video = await openVideo(folder.write('odd.avi', bytes), { decoder, choice });
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
    const frames = await read((frame) => greyPicture(frame, sizeOf(frame).width, sizeOf(frame).height));
    expect(frames).toHaveLength(FRAMES);
    for (const frame of frames) {
      expect(frame).toMatchObject(sizeOf(frame.frame));
      expect(valueAt(frame, 0.1, 0.1)).toBeCloseTo(greyOf(frame.frame), -1);
      expect(valueAt(frame, 0.9, 0.9)).toBeCloseTo(greyOf(frame.frame), -1);
    }
  });

  test.each<[FrameChoice, number[]]>([
    [{ everyNth: 2 }, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]],
    [{ everyNth: 7 }, [7, 14, 21]],
    [{ everyNth: 24 }, [24]],
    [{ everySeconds: 0.2 }, [1, 6, 11, 16, 21]],
    [{ everySeconds: 1 }, [1]],
  ])('%j chooses %j all the same', async (choice, expected) => {
    for (const pictureOf of [
      (frame: number) => greyPicture(frame, sizeOf(frame).width, sizeOf(frame).height),
      (frame: number) => leftGrey(frame).withMetadata(frame === 1 ? { orientation: 6 } : {}),
    ]) {
      const frames = await read(pictureOf, choice);
      expect(frames.map(({ frame }) => frame)).toEqual(expected);
      for (const frame of frames) {
        expect(frame.timeMs).toBe((frame.frame - 1) * 40);
        expect(valueAt(frame, 0.1, 0.1)).toBeCloseTo(greyOf(frame.frame), -1);
      }
    }
  });
});
