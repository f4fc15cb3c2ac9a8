// Codecs, containers and colours that the reference clips lack: both decoders must see the same frames in them.
import { expect, test } from 'vitest';
import { FRAMES, hasBothDecoders, readByBoth, writeClip } from './both-decoders.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

test.skipIf(!hasBothDecoders).for([
  ['vp8.webm', 'vp8', '-c:v libvpx -b:v 500k'],
  ['h264.mov', 'h264', '-c:v libx264 -pix_fmt yuv420p'],
  ['hevc-10bit.mkv', 'hevc', '-c:v libx265 -pix_fmt yuv420p10le -x265-params log-level=error'],
  ['mjpeg.mov', 'mjpeg', '-c:v mjpeg -pix_fmt yuvj422p'],
  ['mpeg4.avi', 'mpeg4', '-c:v mpeg4'],
  // Its last frame has no time stamp.
  ['b-frames.avi', 'mpeg4', '-c:v mpeg4 -bf 2'],
  ['bt709.mp4', 'h264', '-c:v libx264 -pix_fmt yuv420p -colorspace bt709 -color_range tv'],
  ['full-range.mp4', 'h264', '-c:v libx264 -pix_fmt yuv420p -colorspace bt709 -color_range pc'],
  ['fragmented.mp4', 'h264', '-c:v libx264 -movflags frag_keyframe+empty_moov -g 10'],
  ['interlaced.mkv', 'h264', '-c:v libx264 -pix_fmt yuv420p -flags +ildct+ilme'],
])('%s', async ([name = '', codec, options = ''], { skip }) => {
  const path = writeClip(folder.path, name, options);
  if (!path) return skip(`this ffmpeg cannot write it: ${options}`);
  const { info, frames } = await readByBoth(path);
  expect(info.codec).toBe(codec);
  expect(frames).toHaveLength(FRAMES);
  const times = frames.map(({ timeMs }) => timeMs);
  expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
});

// What frames say of themselves and the container does not.
test.skipIf(!hasBothDecoders).for([
  ['orientation.mkv', 'display_orientation=insert:rotate=90'],
  ['orientation.mp4', 'display_orientation=insert:flip=horizontal'],
  ['crop.mp4', 'crop_left=20:crop_top=30:crop_right=10'],
])('%s, %s', async ([name = '', metadata], { skip }) => {
  const options = `-c:v libx264 -pix_fmt yuv420p -bsf:v h264_metadata=${metadata}`;
  const path = writeClip(folder.path, name, options);
  if (!path) return skip('this ffmpeg cannot write H.264');
  const { frames } = await readByBoth(path);
  expect(frames).toHaveLength(FRAMES);
});

// All that H.264 has a meaning for.
test.skipIf(!hasBothDecoders).for(Array.from({ length: 16 }, (_, matrix) => matrix))(
  'colour matrix %d',
  async (matrix, { skip }) => {
    const options = `-frames:v 2 -c:v libx264 -pix_fmt yuv420p -bsf:v h264_metadata=matrix_coefficients=${matrix}`;
    const path = writeClip(folder.path, `matrix-${matrix}.mp4`, options);
    if (!path) return skip('this ffmpeg cannot write H.264');
    const { frames } = await readByBoth(path);
    expect(frames).toHaveLength(2);
  },
);
