// Files that are no good: each ends in a summary with its own error, and the call goes on with the next.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { availableDecoders } from '@boxwire/video';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { writeAvi, writeSilentAvi } from '../../../../packages/video/test/avi.ts';
import { DetectorError } from '../../src/detector/detector-error.ts';
import { temporaryFolder } from '../small-model.ts';
import { clip, describeAnalyzers, FRAMES, numbered, startAnalyzer } from './harness.ts';

const hasFfmpeg = availableDecoders().includes('ffmpeg');
if (!hasFfmpeg) console.warn('\nNOT TESTED: an encrypted upload, because ffmpeg is absent\n');

/** What only an encoder can write. */
function encode(...options: string[]): Buffer {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const path = join(folder.path, 'made.mp4');
  const source = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:duration=1'];
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', ...source, ...options, path]);
  expect(status, String(stderr)).toBe(0);
  return readFileSync(path);
}

/** A fragmented video, the head of its fourth fragment overwritten. */
function tearFragment(): Buffer {
  const bytes = encode('-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-g', '5');
  let at = -1;
  for (let fragment = 0; fragment < 4; fragment++) at = bytes.indexOf('moof', at + 1);
  return bytes.fill(0xff, at - 4, at + 60);
}

const key = [
  '-encryption_scheme',
  'cenc-aes-ctr',
  '-encryption_key',
  '0'.repeat(32),
  '-encryption_kid',
  '1'.repeat(32),
];

describeAnalyzers('an upload that is no good', (start) => {
  const cases: [string, () => Promise<Uint8Array>, RegExp, number][] = [
    [
      'text.mp4',
      async () => Buffer.from('no video at all '.repeat(99)),
      /^text\.mp4: it is not a JPEG, PNG.* nor a video$/,
      0,
    ],
    [
      'noise.mp4',
      async () => Buffer.concat([Buffer.from('\0\0\0\x18ftypisom'), Buffer.alloc(5000, 5)]),
      /^noise\.mp4: /,
      0,
    ],
    ['one-byte.jpg', async () => Buffer.from([255]), /not a JPEG, PNG.* nor a video/, 0],
    ['silence.avi', async () => writeSilentAvi(), /^silence\.avi: it has no video track$/, 0],
    [
      'damaged.avi',
      async () => {
        const bytes = Buffer.from(await clip);
        return bytes.subarray(0, bytes.length * 0.6);
      },
      /^damaged\.avi: it is cut short or damaged; \d+ of 30 frames were read$/,
      4,
    ],
    [
      'huge.avi',
      () => writeAvi({ width: 64, height: 48, frames: 2, declared: { width: 60_000, height: 60_000 } }),
      /^huge\.avi: .*pixels.*\(MAX_VIDEO_PIXELS\)$/,
      0,
    ],
    ...(hasFfmpeg
      ? ([
          ['secret.mp4', async () => encode(...key), /^secret\.mp4: it is encrypted$/, 0],
          ['torn.mp4', async () => tearFragment(), /^torn\.mp4: it is damaged; 15 frames were read$/, 5],
        ] as [string, () => Promise<Uint8Array>, RegExp, number][])
      : []),
  ];

  test.each(cases)('%s', async (name, make, message, atLeast) => {
    const { begin, analyze } = start();
    const bytes = await make();
    const bad = await begin(bytes, name, 0);
    const good = await begin(await clip);
    const told = numbered(analyze({ uploadIds: [bad.id, good.id] }));
    // The same whether it is there or still on its way.
    await bad.send(bytes.length - 1);
    await bad.send(bytes.length);
    const growing = await told;
    const whole = await numbered(analyze({ uploadIds: [bad.id, good.id] }));
    expect(growing).toEqual(whole);
    const ofBad = whole.filter(({ uploadIndex }) => uploadIndex === 0);
    expect(ofBad.at(-1)).toMatchObject({
      error: expect.stringMatching(message),
      searchedFrames: ofBad.length - 1,
    });
    expect(ofBad.length - 1).toBeGreaterThanOrEqual(atLeast);
    expect(whole.at(-1)).toMatchObject({ uploadIndex: 1, frames: FRAMES, error: undefined });
    expect(whole.map(({ sequence }) => sequence)).toEqual(whole.map((_, index) => index + 1));
  });

  test.each([
    [{ maxVideoFrames: FRAMES - 1 }, 'it has more than 29 frames (MAX_VIDEO_FRAMES)'],
    [{ maxVideoMs: 2950 }, 'it is longer than 2.95 s (MAX_VIDEO_SECONDS)'],
    [
      { maxVideoPixels: 96 * 64 - 1 },
      'its frames are 96x64; at most 6143 pixels are allowed (MAX_VIDEO_PIXELS)',
    ],
  ])('a video beyond %j', async (limit, message) => {
    const { begin, analyze } = start(limit);
    const { id } = await begin(await clip, 'long.avi');
    expect(await numbered(analyze({ uploadIds: [id] }))).toMatchObject([{ error: `long.avi: ${message}` }]);
  });

  test('an endless video, which says nothing of its length', async () => {
    const frames = 50;
    const bytes = Buffer.from(await writeAvi({ width: 32, height: 32, frames: 400 }));
    // Headers that tell of one frame, and four hundred that follow.
    for (const [name, offset] of [
      ['avih', 24],
      ['strh', 40],
    ] as const)
      bytes.writeUInt32LE(1, bytes.indexOf(name) + offset);
    const { begin, analyze } = start({ maxVideoFrames: frames });
    // It never ends, as far as anybody can see: its last byte does not come.
    const { id } = await begin(bytes, 'endless.avi', bytes.length - 1);
    const told = await numbered(analyze({ uploadIds: [id], choice: { everyNth: 10 } }));
    expect(told.at(-1)).toMatchObject({
      error: 'endless.avi: it has more than 50 frames (MAX_VIDEO_FRAMES)',
    });
    expect(told.length).toBeLessThanOrEqual(frames / 10 + 1);
  });
});

test('a picture larger than a message may be', async () => {
  const { begin, analyze } = startAnalyzer({ maxMessageBytes: 2000 });
  const { id } = await begin(new Uint8Array(2001), 'large.jpg');
  expect(await numbered(analyze({ uploadIds: [id] }))).toMatchObject([
    { error: expect.stringMatching(/^large\.jpg: it has 2001 bytes .*MAX_MESSAGE_BYTES allows 2000/) },
  ]);
});

test('after a picture that only decoding shows to be bad, an analysis goes on where it was', async () => {
  const { begin, analyze, detector } = startAnalyzer();
  const picture = (width: number) =>
    sharp({ create: { width, height: 10, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
  const [bad, good] = [await picture(1), await picture(2)];
  // Its header is in order.
  detector.intercept = ({ data }) => {
    if (Buffer.compare(data, bad) === 0) throw new DetectorError('invalid', 'it is cut off');
  };
  const uploadIds = [(await begin(bad, 'bad.png')).id, (await begin(good, 'good.png')).id];
  const whole = await numbered(analyze({ uploadIds }));
  expect(whole).toMatchObject([
    { uploadIndex: 0, sequence: 1, error: 'bad.png: it is cut off' },
    { uploadIndex: 1, sequence: 2, frame: 1 },
    { uploadIndex: 1, sequence: 3, error: undefined },
  ]);
  for (const [index] of whole.entries()) {
    expect(await numbered(analyze({ uploadIds, afterSequence: index + 1 }))).toEqual(whole.slice(index + 1));
  }
});

test('without any decoder pictures are searched all the same', async () => {
  const { VideoError } = await import('@boxwire/video');
  const openVideo = () => Promise.reject(new VideoError('no-decoder', 'neither is installed'));
  const { begin, analyze } = startAnalyzer({}, { openVideo });
  const picture = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const uploadIds = [(await begin(await clip)).id, (await begin(picture, 'red.png')).id];
  expect(await numbered(analyze({ uploadIds }))).toMatchObject([
    { error: 'neither is installed' },
    { uploadIndex: 1, frame: 1 },
    { uploadIndex: 1, error: undefined },
  ]);
});
