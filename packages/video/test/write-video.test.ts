import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openVideo } from '../src/open-video.ts';
import { canWriteVideo, createVideoWriter } from '../src/write-video.ts';
import { temporaryFolder } from './temporary-folder.ts';

if (!canWriteVideo()) console.warn('\nNOT TESTED: writing videos, because node-av is absent\n');
const folder = temporaryFolder();

/** One colour everywhere. */
function picture(width: number, height: number, [r, g, b]: [number, number, number]): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, index) => [r, g, b][index % 3] as number);
}

test.skipIf(!canWriteVideo()).each([
  [64, 48, 64, 48],
  [97, 33, 98, 34],
])('%ix%i comes back as it was written', async (width, height, codedWidth, codedHeight) => {
  const path = join(folder.path, `${width}.mp4`);
  const writer = createVideoWriter(path, { width, height });
  const colours: [number, number, number][] = [
    [200, 40, 40],
    [40, 180, 60],
    [30, 60, 210],
  ];
  const times = [770.95, 1575.4, 1600];
  for (const [index, colour] of colours.entries()) {
    await writer.write({ timeMs: times[index] ?? 0, data: picture(width, height, colour) });
  }
  expect(existsSync(path)).toBe(false);
  await writer.finish();
  await using video = await openVideo(path);
  expect(video.info).toMatchObject({ codec: 'h264', width: codedWidth, height: codedHeight });
  const frames = [];
  for await (const frame of video) frames.push(frame);
  expect(frames.map(({ timeMs }) => timeMs)).toEqual([0, 1575.4, 1600]);
  for (const [index, { data }] of frames.entries()) {
    const offBy = colours[index]?.map((value, channel) => Math.abs(value - (data[channel] ?? 0))) ?? [];
    expect(Math.max(...offBy)).toBeLessThan(12);
  }
  // The index stands before the frames, so that a browser plays it while it loads.
  const bytes = readFileSync(path);
  expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
});

test.skipIf(!canWriteVideo()).each<[string, number[], number[]]>([
  ['a clock that starts late is set back', [20_000_000, 20_000_040, 20_000_080], [0, 40, 80]],
  ['the wait for the first chosen frame is not', [920, 1880, 2840], [0, 1880, 2840]],
  ['frames of the same time follow each other', [40, 80, 80, 60, 120], [0, 80, 80, 80, 120]],
])('%s', async (name, times, expected) => {
  const path = join(folder.path, `${name}.mp4`);
  const writer = createVideoWriter(path, { width: 64, height: 48 });
  for (const timeMs of times) await writer.write({ timeMs, data: picture(64, 48, [9, 9, 9]) });
  await writer.finish();
  await using video = await openVideo(path);
  const written = [];
  for await (const { timeMs } of video) written.push(Math.round(timeMs));
  expect(written).toEqual(expected);
});

test.skipIf(!canWriteVideo())('an aborted or failed video leaves nothing behind', async () => {
  const path = join(folder.path, 'aborted.mp4');
  const writer = createVideoWriter(path, { width: 64, height: 48 });
  await writer.write({ timeMs: 0, data: picture(64, 48, [0, 0, 0]) });
  await writer.abort();
  const failing = createVideoWriter(path, { width: 64, height: 48 });
  await failing.write({ timeMs: 0, data: new Uint8Array(5) });
  await expect(failing.finish()).rejects.toMatchObject({ kind: 'decoder-died' });
  expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([false, false]);
});

test.skipIf(!canWriteVideo())(
  'a name that is taken by a folder is told, and nothing is left behind',
  async () => {
    const path = join(folder.path, 'taken.mp4');
    mkdirSync(path);
    const writer = createVideoWriter(path, { width: 64, height: 48 });
    await writer.write({ timeMs: 0, data: picture(64, 48, [0, 0, 0]) });
    await expect(writer.finish()).rejects.toThrow(/EISDIR.*taken\.mp4/);
    expect(existsSync(`${path}.partial`)).toBe(false);
  },
);

test.skipIf(!canWriteVideo())('an encoder that dies while it is waited for is told in words', async () => {
  const path = join(folder.path, 'no-such-folder/clip.mp4');
  // More than a pipe holds, so that the write has to wait.
  const size = { width: 1000, height: 1000 };
  const writer = createVideoWriter(path, size);
  const data = new Uint8Array(size.width * size.height * 3);
  const message = `${path} could not be encoded: FFmpeg: No such file or directory`;
  const died = { name: 'VideoError', kind: 'decoder-died', message };
  await expect(writer.write({ timeMs: 0, data })).rejects.toMatchObject(died);
  await expect(writer.write({ timeMs: 40, data })).rejects.toMatchObject(died);
});
