// Clips that `ffmpeg` writes, and what both decoders see in them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  availableDecoders,
  type DecoderName,
  openVideo,
  type VideoFrame,
  type VideoInfo,
  type VideoOptions,
} from '../src/open-video.ts';

export const hasBothDecoders = availableDecoders().length === 2;
if (!hasBothDecoders)
  console.warn('\nNOT TESTED: that both decoders agree on more files, because one is absent\n');

const RATE = 25;
export const FRAMES = 30;

/** Writes a moving test picture, 178x100; its path, `undefined` where this ffmpeg lacks the encoder. */
export function writeClip(folder: string, name: string, options: string): string | undefined {
  const path = join(folder, name);
  const source = `testsrc2=size=178x100:rate=${RATE}:duration=${FRAMES / RATE}`;
  const { status, stderr } = spawnSync('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', source],
    ...options.split(' '),
    path,
  ]);
  if (String(stderr).includes('Unknown encoder')) return undefined;
  expect(status, String(stderr)).toBe(0);
  return path;
}

/** What one of them sees, having checked that the other sees the same: sizes, numbers, times and pixels. */
export async function readByBoth(path: string, options: VideoOptions = {}) {
  const [one, other] = [await read(path, 'node-av', options), await read(path, 'ffmpeg', options)];
  const { width, height, rotation } = one.info;
  expect(other.info).toMatchObject({ width, height, rotation });
  expect(other.frames.map(withoutData)).toEqual(one.frames.map(withoutData));
  for (const [index, { frame, data }] of one.frames.entries()) {
    const twin = other.frames[index]?.data ?? new Uint8Array();
    if (Buffer.compare(data, twin) === 0) continue;
    const offBy = data.map((value, at) => Math.abs(value - (twin[at] ?? 256)));
    // None at all between FFmpeg 5.1 and 8.1; other versions may round otherwise.
    expect(Math.max(...offBy), `frame ${frame}`).toBeLessThanOrEqual(2);
  }
  return one;
}

interface Seen {
  readonly info: VideoInfo;
  readonly frames: VideoFrame[];
}

async function read(path: string, decoder: DecoderName, options: VideoOptions): Promise<Seen> {
  await using video = await openVideo(path, { ...options, decoder });
  const frames = await Array.fromAsync(video);
  return { info: video.info, frames };
}

function withoutData({ frame, timeMs, width, height }: VideoFrame) {
  return { frame, timeMs, width, height };
}
