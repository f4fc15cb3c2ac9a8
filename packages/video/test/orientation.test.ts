// The eight ways a picture can be stored, and one more: a small MP4 whose display matrix is written over.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openVideo, type VideoFrame } from '../src/open-video.ts';
import { canWriteVideo, createVideoWriter } from '../src/write-video.ts';
import { describeDecoders } from './shared-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WIDTH = 64;
const HEIGHT = 32;
/** Greys of the stored picture's quarters: top left, top right, bottom left, bottom right. */
const QUARTERS = [30, 90, 150, 210];
const ONE = 65536;
/** Where a track's header (version 0) keeps its matrix, counted from the box's name. */
const MATRIX_OFFSET = 44;

const folder = temporaryFolder();
let stored: Buffer;
beforeAll(async () => {
  if (!canWriteVideo()) return;
  const path = join(folder.path, 'stored.mp4');
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let index = 0; index < data.length; index++) {
    const [x, y] = [Math.floor(index / 3) % WIDTH, Math.floor(index / 3 / WIDTH)];
    data[index] = QUARTERS[(y < HEIGHT / 2 ? 0 : 2) + (x < WIDTH / 2 ? 0 : 1)] ?? 0;
  }
  const writer = createVideoWriter(path, { width: WIDTH, height: HEIGHT });
  await writer.write({ timeMs: 0, data });
  await writer.finish();
  stored = readFileSync(path);
});

/** The quarters of a frame, as indices into QUARTERS, in the same order. */
function quartersOf({ width, height, data }: VideoFrame): number[] {
  const places = [0.25, 0.75].flatMap((y) => [0.25, 0.75].map((x) => [x, y] as const));
  return places.map(([x, y]) => {
    const value = data[(Math.floor(y * height) * width + Math.floor(x * width)) * 3] ?? 0;
    return QUARTERS.findIndex((grey) => Math.abs(grey - value) < 20);
  });
}

describeDecoders('orientation', (decoder) => {
  test.skipIf(!canWriteVideo()).each([
    ['upright', [1, 0, 0, 1], [0, 1, 2, 3]],
    ['a quarter clockwise', [0, 1, -1, 0], [2, 0, 3, 1]],
    ['half around', [-1, 0, 0, -1], [3, 2, 1, 0]],
    ['a quarter counterclockwise', [0, -1, 1, 0], [1, 3, 0, 2]],
    ['left and right swapped', [-1, 0, 0, 1], [1, 0, 3, 2]],
    ['top and bottom swapped', [1, 0, 0, -1], [2, 3, 0, 1]],
    ['along the diagonal', [0, 1, 1, 0], [0, 2, 1, 3]],
    ['along the other diagonal', [0, -1, -1, 0], [3, 1, 2, 0]],
    ['an eighth clockwise, which is left alone', [1, 1, -1, 1], [0, 1, 2, 3]],
  ])('%s', async (name, [a = 0, b = 0, c = 0, d = 0], expected) => {
    const bytes = Buffer.from(stored);
    const matrix = bytes.indexOf('tkhd') + MATRIX_OFFSET;
    for (const [index, value] of [a, b, 0, c, d, 0, 0, 0].entries()) {
      bytes.writeInt32BE(value * ONE, matrix + 4 * index);
    }
    await using video = await openVideo(folder.write(`${name}.mp4`, bytes), { decoder });
    const [width, height] = a === 0 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
    expect(video.info).toMatchObject({ width, height });
    for await (const frame of video) {
      expect(frame).toMatchObject({ width, height });
      expect(quartersOf(frame)).toEqual(expected);
    }
    expect(video.decodedFrames).toBe(1);
  });
});
