// Files that are decoded while they are written: the same frames, each as soon as its bytes are there.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isFrontLoaded } from '../src/front-loaded.ts';
import { type DecoderName, openVideo, type VideoOptions } from '../src/open-video.ts';
import { writeAvi } from './avi.ts';
import { growthOf } from './growth.ts';
import { describeDecoders, sharedPath } from './shared-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const clip = writeAvi({ width: 160, height: 90, frames: 60 }).then((bytes) =>
  folder.write('clip.avi', bytes),
);

/** Opens a file that grows, and reads it; `frames` fills as they come. */
function startReading(path: string, decoder: DecoderName, options: VideoOptions = {}) {
  const growth = growthOf(statSync(path).size);
  const frames: { frame: number; timeMs: number; sha256: string }[] = [];
  let wake = () => {};
  async function read() {
    await using video = await openVideo(path, { decoder, growth, ...options });
    for await (const { frame, timeMs, data } of video) {
      frames.push({ frame, timeMs, sha256: createHash('sha256').update(data).digest('hex') });
      wake();
    }
    return video.decodedFrames;
  }
  const whole = read();
  whole.catch(() => {});
  return {
    growth,
    frames,
    whole,
    /** Resolves when so many frames are there; fails where reading ends before. */
    async untilFrames(count: number) {
      while (frames.length < count) {
        const arrival = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await Promise.race([arrival, whole.then(() => expect(frames.length).toBeGreaterThanOrEqual(count))]);
      }
    },
  };
}

describeDecoders('a clip made here that grows', (decoder) => {
  test('gives the frames whose bytes are there, and then the others', async () => {
    const path = await clip;
    const { size } = statSync(path);
    const { growth, frames, whole, untilFrames } = startReading(path, decoder);
    growth.growTo(size * 0.7);
    await untilFrames(30);
    growth.growTo(size - 1);
    await untilFrames(50);
    growth.growTo(size);
    expect(await whole).toBe(60);
    await using complete = await openVideo(path, { decoder });
    expect(frames.map(({ frame, timeMs }) => ({ frame, timeMs }))).toEqual(
      (await Array.fromAsync(complete)).map(({ frame, timeMs }) => ({ frame, timeMs })),
    );
  });

  test('whatever the pieces are', async () => {
    const path = await clip;
    const { size } = statSync(path);
    const { growth, frames, whole } = startReading(path, decoder);
    for (let bytes = 1; bytes < size; bytes += 1 + (bytes % 1013)) {
      growth.growTo(bytes);
      await new Promise(setImmediate);
    }
    growth.growTo(size);
    expect(await whole).toBe(60);
    expect(frames).toHaveLength(60);
  });

  test('waiting for bytes is not standing still', async () => {
    const path = await clip;
    const stallMs = 4000;
    const { growth, whole, untilFrames } = startReading(path, decoder, { limits: { stallMs } });
    growth.growTo(statSync(path).size * 0.5);
    await untilFrames(10);
    await sleep(stallMs + 1000);
    growth.growTo(statSync(path).size);
    expect(await whole).toBe(60);
  });

  test('says that it is starved while it is', async () => {
    const path = await clip;
    const { size } = statSync(path);
    const growth = growthOf(size, size / 2);
    await using video = await openVideo(path, { decoder, growth });
    const frames = video[Symbol.asyncIterator]();
    while (!video.isStarved) await frames.next();
    growth.growTo(size);
    while (!(await frames.next()).done);
    expect([video.isStarved, video.decodedFrames]).toEqual([false, 60]);
  });

  test('the end of its growth is the end of it, with the reason', async () => {
    const path = await clip;
    const { growth, whole, untilFrames } = startReading(path, decoder);
    growth.growTo(statSync(path).size * 0.5);
    await untilFrames(10);
    growth.end(new Error('it was deleted'));
    await expect(whole).rejects.toThrow('it was deleted');
  });

  test('leaving ends it though it is waiting', async () => {
    const path = await clip;
    const growth = growthOf(statSync(path).size, statSync(path).size / 2);
    const controller = new AbortController();
    const video = await openVideo(path, { decoder, growth, signal: controller.signal });
    const frames = video[Symbol.asyncIterator]();
    while (!video.isStarved) await frames.next();
    controller.abort(new Error('enough'));
    const rest = async () => {
      while (!(await frames.next()).done);
    };
    await expect(rest()).rejects.toThrow('enough');
  });

  test('a file that ends before its header says is told apart', async () => {
    const bytes = readFileSync(await clip);
    const cut = bytes.subarray(0, bytes.lastIndexOf('00dc'));
    const { growth, whole } = startReading(folder.write('cut.avi', cut), decoder);
    growth.growTo(cut.length);
    await expect(whole).rejects.toMatchObject({
      kind: 'unreadable',
      message: expect.stringMatching(/cut short/),
    });
  });
});

const golden = 'golden/videos';
const names = existsSync(sharedPath('media/videos')) ? readdirSync(sharedPath('media/videos')) : [];

describeDecoders(
  'clips that grow, as OpenCV sees them whole',
  (decoder) => {
    test.each(names)('%s', async (name) => {
      const path = sharedPath(`media/videos/${name}`);
      const { size } = statSync(path);
      if (!(await isFrontLoaded(path, growthOf(size, size), new AbortController().signal))) {
        // Only these have their index at the end; every other is decoded as it comes.
        expect(
          ['hevc', 'odd', 'rotate90', 'vfr', 'moov-at-end', 'bottle-detection.mp4'].some((part) =>
            name.includes(part),
          ),
        ).toBe(true);
        return;
      }
      const reference = JSON.parse(readFileSync(sharedPath(`${golden}/${name}.json`), 'utf8'));
      const choice = { everyNth: reference.every };
      const { growth, frames, whole, untilFrames } = startReading(path, decoder, { choice });
      // The last piece is held back until there are frames: the decoder needs a second of video or so to begin.
      growth.growTo(size - 1);
      await untilFrames(1);
      growth.growTo(size);
      expect(await whole).toBe(reference.decoded_frames);
      expect(frames.map(({ frame, sha256 }) => [frame, sha256])).toEqual(
        reference.frames.map((one: { frame: number; rgb_sha256: string }) => [one.frame, one.rgb_sha256]),
      );
      for (const [index, { timeMs }] of frames.entries()) {
        expect(Math.round(timeMs * 1000)).toBe(Math.round(reference.frames[index].time_s * 1e6));
      }
    });
  },
  [golden, 'media/videos'],
);
