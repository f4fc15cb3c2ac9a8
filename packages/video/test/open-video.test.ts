import { expect, test } from 'vitest';
import { type FrameChoice, openVideo } from '../src/open-video.ts';
import { greyOf, writeAvi } from './avi.ts';
import { describeDecoders } from './shared-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

describeDecoders('a clip made here', (decoder) => {
  const folder = temporaryFolder();
  const clip = writeAvi({ width: 97, height: 33, frames: 20, framesPerSecond: 10 }).then((bytes) =>
    folder.write('grey.avi', bytes),
  );

  async function read(choice: FrameChoice) {
    await using video = await openVideo(await clip, { decoder, choice });
    const frames = await Array.fromAsync(video);
    return { video, frames };
  }

  test('says what it is', async () => {
    const { video } = await read({ everyNth: 1 });
    const shape = { width: 97, height: 33, rotation: 0, codec: 'mjpeg', decoder };
    expect(video.info).toMatchObject({ ...shape, declaredFrames: 20, declaredMs: 2000 });
    expect(video.decodedFrames).toBe(20);
  });

  test('gives every frame, in order, with its pixels', async () => {
    const { frames } = await read({ everyNth: 1 });
    expect(frames.map(({ frame }) => frame)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    for (const { frame, timeMs, width, height, data } of frames) {
      expect([timeMs, width, height, data.length]).toEqual([(frame - 1) * 100, 97, 33, 97 * 33 * 3]);
      const offBy = data.map((value) => Math.abs(value - greyOf(frame)));
      expect(Math.max(...offBy)).toBeLessThanOrEqual(2);
    }
  });

  test.each<[FrameChoice, number[]]>([
    [{ everyNth: 7 }, [7, 14]],
    [{ everyNth: 20 }, [20]],
    [{ everyNth: 21 }, []],
    [{ everySeconds: 0.5 }, [1, 6, 11, 16]],
    [{ everySeconds: 0.25 }, [1, 4, 6, 9, 11, 14, 16, 19]],
    [{ everySeconds: 60 }, [1]],
  ])('%j chooses %j', async (choice, expected) => {
    const { frames } = await read(choice);
    expect(frames.map(({ frame }) => frame)).toEqual(expected);
    for (const { frame, timeMs } of frames) expect(timeMs).toBe((frame - 1) * 100);
  });

  test.each([{ everyNth: 0 }, { everyNth: 1.5 }, { everySeconds: 0 }, { everySeconds: Number.NaN }])(
    '%j is refused',
    async (choice) => {
      await expect(openVideo(await clip, { decoder, choice })).rejects.toThrow(RangeError);
    },
  );

  test('puts frames into memory that it is given, and tells what it reads', async () => {
    const taken: Uint8Array[] = [];
    let arrived = 0;
    const memory = {
      take(bytes: number) {
        const block = new Uint8Array(new SharedArrayBuffer(bytes + 5), 5, bytes).fill(255);
        taken.push(block);
        return block;
      },
      arrived(bytes: number) {
        arrived += bytes;
      },
    };
    const { frames: plain } = await read({ everyNth: 1 });
    await using video = await openVideo(await clip, { decoder, memory });
    const frames = await Array.fromAsync(video);
    expect(frames.map(({ data }) => data.buffer)).toEqual(taken.slice(0, 20).map(({ buffer }) => buffer));
    expect(frames.map(({ data }) => [...data])).toEqual(plain.map(({ data }) => [...data]));
    expect(arrived).toBeGreaterThanOrEqual(20 * 97 * 33 * 3);
  });

  test('can be iterated once', async () => {
    const { video } = await read({ everyNth: 20 });
    await expect(Array.fromAsync(video)).rejects.toThrow('once');
  });
});
