// Drawn pictures and a drawn clip from the shell, answered by the demonstration model: what is found is what was drawn.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawScene, type Scene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import { openVideo } from '@boxwire/video';
import { canWriteVideo } from '@boxwire/video/write';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDrawnClip } from '../../../packages/video/test/drawn-clip.ts';
import { startServer } from '../../server/bench/server-process.ts';
import { iou } from '../../server/test/detector/mean-average-precision.ts';
import { temporaryFolder } from '../../server/test/small-model.ts';
import { runCli } from './cli-process.ts';

const CLIP = {
  seed: 'shell',
  place: 'street',
  width: 640,
  height: 384,
  frames: 36,
  framesPerSecond: 12,
} as const;
const PICTURES = ['beach', 'park', 'room', 'street'] as const;

const folder = temporaryFolder();
const cwd = folder.path;
let server: Awaited<ReturnType<typeof startServer>>;
let pictures: Scene[];
let frames: Scene[] = [];
beforeAll(async () => {
  mkdirSync(join(cwd, 'album'));
  pictures = PICTURES.map((place) => drawScene({ seed: 'shell', place, width: 640, height: 384 }));
  for (const scene of pictures)
    writeFileSync(join(cwd, `album/${scene.place}.jpg`), await renderScene(scene));
  if (canWriteVideo()) frames = await writeDrawnClip(join(cwd, 'clip.mp4'), CLIP);
  server = await startServer({ MODEL: 'demo', MODEL_DIR: cwd });
});
afterAll(async () => {
  await server?.stop();
  folder.remove();
});

interface Row {
  readonly source: string;
  readonly frame: number;
  readonly timeMs: number;
  readonly predictions: readonly (Scene['objects'][number] & { readonly confidence: number })[];
}

async function detect(...args: string[]): Promise<Row[]> {
  const { code, out, err } = await runCli(['--json', ...args], { cwd, env: { GRPC_PORT: `${server.port}` } });
  expect({ code, err }).toEqual({ code: 0, err: [expect.stringContaining('demonstration model')] });
  return out.map((line) => JSON.parse(line));
}

/** The share of what was drawn that has a box of its class. */
function found(rows: readonly Row[], scenes: readonly Scene[]): number {
  const hits = rows.flatMap(({ predictions }, i) =>
    (scenes[i]?.objects ?? []).map((object) =>
      predictions.some((box) => box.name === object.name && iou(box, object) > 0.5),
    ),
  );
  return hits.filter(Boolean).length / hits.length;
}

test('pictures in a folder', async () => {
  const rows = await detect('album');
  expect(rows.map(({ source }) => source)).toEqual(PICTURES.map((place) => `${place}.jpg`));
  expect(found(rows, pictures)).toBeGreaterThan(0.75);
});

test.skipIf(!canWriteVideo())('every sixth frame of a clip, and the clip with its boxes', async () => {
  const rows = await detect('--every', '6', '--out', 'boxes', 'clip.mp4');
  const numbers = [6, 12, 18, 24, 30, 36];
  expect(rows.map(({ source, frame, timeMs }) => ({ source, frame, timeMs: Math.round(timeMs) }))).toEqual(
    numbers.map((frame) => ({ source: 'clip.mp4', frame, timeMs: Math.round(((frame - 1) * 1000) / 12) })),
  );
  expect(
    found(
      rows,
      numbers.map((frame) => frames[frame - 1] as Scene),
    ),
  ).toBeGreaterThan(0.75);
  await using annotated = await openVideo(join(cwd, 'boxes/clip.mp4.boxes.mp4'));
  expect(annotated.info).toMatchObject({ width: 640, height: 384, codec: 'h264' });
});
