// The whole way without anything that is not in the repository: clips that packages/scenes draws, in several
// containers, through uploads to the demonstration model.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawScene, type Scene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import { availableDecoders, type DecoderName, openVideo } from '@boxwire/video';
import { canWriteVideo, createVideoWriter } from '@boxwire/video/write';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeDecoders } from '../../../../packages/video/test/shared-files.ts';
import { createAnalyzer } from '../../src/analysis/create-analyzer.ts';
import type { Detection, Detector } from '../../src/detector/detector.ts';
import { UploadStore } from '../../src/uploads/upload-store.ts';
import { iou } from '../detector/mean-average-precision.ts';
import { testSettings } from '../rpc/harness.ts';
import { DEMO_CHECKPOINT, openDetector, temporaryFolder } from '../small-model.ts';
import { numbered, outline } from './harness.ts';

const FRAMES = 24;
const PER_SECOND = 8;
const EVERY = 4;
const size = { width: 640, height: 384 };
const folder = temporaryFolder();
const drawn = join(folder.path, 'drawn.mp4');
const hasFfmpeg = availableDecoders().includes('ffmpeg');
let scenes: Scene[];
let picture: Buffer;
let detector: Detector;

if (!canWriteVideo())
  console.warn('\nNOT TESTED: drawn clips, because node-av is absent, which writes them\n');
else if (!hasFfmpeg)
  console.warn('\nNOT TESTED: drawn clips in other containers than MP4, because ffmpeg is absent\n');

beforeAll(async () => {
  const moments = Array.from({ length: FRAMES }, (_, index) => index / PER_SECOND);
  scenes = moments.map((timeSeconds) =>
    drawScene({ seed: 'uploaded clip', place: 'street', ...size, timeSeconds }),
  );
  picture = await renderScene(drawScene({ seed: 'uploaded picture', ...size }));
  if (canWriteVideo()) {
    const writer = createVideoWriter(drawn, size);
    for (const [index, scene] of scenes.entries()) {
      const data = await renderScene(scene, { format: 'raw' });
      await writer.write({ timeMs: (moments[index] ?? 0) * 1000, data });
    }
    await writer.finish();
  }
  detector = await openDetector(DEMO_CHECKPOINT, folder.path, { workers: 2 });
});
afterAll(async () => {
  await detector?.close();
  folder.remove();
});

/** The drawn clip in another container. */
function convert(name: string, options: string): string {
  const path = join(folder.path, name);
  // The other decoder's tests have made it.
  if (existsSync(path)) return path;
  const { status, stderr } = spawnSync('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    drawn,
    ...options.split(' '),
    path,
  ]);
  expect(status, String(stderr)).toBe(0);
  return path;
}

/** Analyses of uploads with the real detector. */
function start(videoDecoder: DecoderName) {
  const settings = testSettings({ videoDecoder });
  const store = new UploadStore({ ...settings, maxPieceBytes: 2 ** 24 });
  const analyzer = createAnalyzer(store, settings);
  const analyze = (uploadIds: string[], afterSequence = 0) =>
    analyzer.analyze(
      { uploadIds, options: {}, choice: { everyNth: EVERY }, afterSequence, thumbnailSide: 0 },
      detector,
      new AbortController().signal,
    );
  const create = (name: string, bytes: Uint8Array) =>
    store.create({ name, sizeBytes: bytes.length, mediaType: '' });
  return { store, create, analyze };
}

/** What the detector finds in a file's frames without any upload. */
async function boxesOf(path: string, decoder: DecoderName) {
  await using video = await openVideo(path, { decoder, choice: { everyNth: EVERY } });
  const all: Detection[][] = [];
  for await (const { width, height, data } of video) {
    all.push([...(await detector.detect({ mode: 'RGB', width, height, data }, {})).detections]);
  }
  return all;
}

/** How many of the things in a scene that are well to be seen have a box of their class. */
function found({ objects }: Scene, boxes: readonly Detection[]) {
  const clear = objects.filter(({ visible, xmin, xmax }) => visible > 0.8 && xmax - xmin > 25);
  const hit = clear.filter((object) =>
    boxes.some((box) => box.name === object.name && iou(box, object) > 0.5),
  );
  return { clear: clear.length, hit: hit.length };
}

describeDecoders('drawn clips', (decoder) => {
  test.skipIf(!canWriteVideo()).for<[name: string, options: string | undefined, isEarly: boolean]>([
    ['front-loaded.mp4', undefined, true],
    ['fragmented.mp4', '-c copy -movflags frag_keyframe+empty_moov+default_base_moof', true],
    ['index-last.mp4', '-c copy -movflags -faststart', false],
    ['clip.mkv', '-c copy', true],
    ['clip.webm', '-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 2M', true],
    ['clip.mov', '-c copy -movflags +faststart', true],
    ['clip.avi', '-c:v mjpeg -q:v 3', true],
  ])('%s', async ([name, options, isEarly], { skip }) => {
    if (options && !hasFfmpeg) skip('needs ffmpeg');
    const path = options ? convert(name, options) : drawn;
    const bytes = readFileSync(path);
    const expected = await boxesOf(path, decoder);
    const { store, create, analyze } = start(decoder);
    const { id } = await create(name, bytes);
    // The last byte is held back until there are boxes, where there can be.
    await store.put(id, 0, bytes.subarray(0, -1));
    const finish = () => store.put(id, bytes.length - 1, bytes.subarray(-1));
    if (!isEarly) await finish();
    const seen = [];
    for await (const event of analyze([id])) {
      if (event.sequence === 0) continue;
      seen.push(outline(event));
      if (event.kind === 'frame') await finish();
    }
    expect(seen.map((event) => ('boxes' in event ? event.boxes : 'summary'))).toEqual([
      ...expected,
      'summary',
    ]);
    expect(seen.at(-1)).toMatchObject({ frames: FRAMES, searchedFrames: FRAMES / EVERY, error: undefined });
    // And the boxes are where things were drawn.
    const counts = expected.map((boxes, index) => found(scenes[(index + 1) * EVERY - 1] as Scene, boxes));
    const total = (key: 'clear' | 'hit') => counts.reduce((sum, count) => sum + count[key], 0);
    expect(total('clear')).toBeGreaterThan(0);
    expect(total('hit') / total('clear')).toBeGreaterThan(0.4);
    expect(await numbered(analyze([id], 2))).toEqual(seen.slice(2));
    await store.close();
  });

  test('a picture, and one that breaks off', async () => {
    const { store, create, analyze } = start(decoder);
    const cut = picture.subarray(0, picture.length * 0.7);
    const ids = [];
    for (const [name, bytes] of [
      ['scene.jpg', picture],
      ['cut.jpg', cut],
    ] as const) {
      const { id } = await create(name, bytes);
      await store.put(id, 0, bytes);
      ids.push(id);
    }
    const { detections } = await detector.detect({ mode: '', width: 0, height: 0, data: picture }, {});
    expect(await numbered(analyze(ids))).toMatchObject([
      { sequence: 1, frame: 1, timeMs: 0, boxes: detections },
      { sequence: 2, frames: 1, searchedFrames: 1, error: undefined },
      { sequence: 3, searchedFrames: 0, error: expect.stringMatching(/^cut\.jpg: data cannot be decoded/) },
    ]);
    await store.close();
  });
});
