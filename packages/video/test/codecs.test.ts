// Codecs and containers that the reference clips lack: both decoders must see the same frames in them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { availableDecoders, type DecoderName, openVideo } from '../src/open-video.ts';
import { temporaryFolder } from './temporary-folder.ts';

const isComplete = availableDecoders().length === 2;
if (!isComplete)
  console.warn('\nNOT TESTED: that both decoders agree on more codecs, because one is absent\n');
const folder = temporaryFolder();
const RATE = 25;
const FRAMES = 30;

test.skipIf(!isComplete).for([
  ['vp8.webm', 'vp8', '-c:v libvpx -b:v 500k'],
  ['h264.mov', 'h264', '-c:v libx264 -pix_fmt yuv420p'],
  ['hevc-10bit.mkv', 'hevc', '-c:v libx265 -pix_fmt yuv420p10le -x265-params log-level=error'],
  ['mjpeg.mov', 'mjpeg', '-c:v mjpeg -pix_fmt yuvj422p'],
  ['mpeg4.avi', 'mpeg4', '-c:v mpeg4'],
  ['bt709.mp4', 'h264', '-c:v libx264 -pix_fmt yuv420p -colorspace bt709 -color_range tv'],
  ['full-range.mp4', 'h264', '-c:v libx264 -pix_fmt yuv420p -colorspace bt709 -color_range pc'],
  ['fragmented.mp4', 'h264', '-c:v libx264 -movflags frag_keyframe+empty_moov -g 10'],
  ['interlaced.mkv', 'h264', '-c:v libx264 -pix_fmt yuv420p -flags +ildct+ilme'],
])('%s', async ([name = '', codec, options = ''], { skip }) => {
  const path = join(folder.path, name);
  const source = `testsrc2=size=178x100:rate=${RATE}:duration=${FRAMES / RATE}`;
  const args = ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...options.split(' '), path];
  const { status, stderr } = spawnSync('ffmpeg', args);
  if (String(stderr).includes('Unknown encoder')) return skip(`this ffmpeg cannot write it: ${options}`);
  expect(status, String(stderr)).toBe(0);
  const [one, other] = [await read(path, 'node-av'), await read(path, 'ffmpeg')];
  expect(one.codec).toBe(codec);
  expect(one.frames).toHaveLength(FRAMES);
  expect(one.frames.map(({ timeMs }) => timeMs)).toEqual(other.frames.map(({ timeMs }) => timeMs));
  for (const [index, { data }] of one.frames.entries()) {
    const offBy = data.map((value, at) => Math.abs(value - (other.frames[index]?.data[at] ?? 256)));
    // None at all between FFmpeg 5.1 and 8.1; other versions may round otherwise.
    expect(Math.max(...offBy), `frame ${index + 1}`).toBeLessThanOrEqual(2);
  }
});

async function read(path: string, decoder: DecoderName) {
  await using video = await openVideo(path, { decoder });
  const frames = await Array.fromAsync(video);
  return { codec: video.info.codec, frames };
}
