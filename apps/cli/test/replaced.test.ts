// The server is replaced and killed while a video and many pictures are on their way: the output is that of an
// undisturbed run, no frame lost and none twice.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAvi } from '../../../packages/video/test/avi.ts';
import { freePort } from '../../server/bench/server-process.ts';
import { type Life, startLife } from '../../server/soak/life.ts';
import { temporaryFolder, writeSmallCheckpoint } from '../../server/test/small-model.ts';
import { startCli } from './cli-process.ts';

const FRAMES = 120;
const PICTURES = 60;
/** After so many lines the server is gone once more. */
const LINES = 40;

const folder = temporaryFolder();
const cwd = folder.path;
let life: Life;
beforeAll(async () => {
  writeFileSync(join(cwd, 'clip.avi'), await writeAvi({ width: 320, height: 240, frames: FRAMES }));
  mkdirSync(join(cwd, 'album'));
  for (let index = 1; index <= PICTURES; index++) {
    const noise = { type: 'gaussian', mean: index, sigma: 60 } as const;
    const size = { width: 64 + index, height: 64, channels: 3, background: 'grey' } as const;
    await sharp({ create: { ...size, noise } })
      .png()
      .toFile(join(cwd, `album/${index}.png`));
  }
  const model = { MODEL: writeSmallCheckpoint(cwd), MODEL_DIR: cwd, UPLOAD_DIR: join(cwd, 'uploads') };
  life = await startLife(await freePort(), { ...model, WORKERS: '1', SHUTDOWN_GRACE: '0' });
});
afterAll(async () => {
  await life?.stop();
  folder.remove();
});

/** Its lines, and how often the server was `disturb`ed while they came. */
async function detect(disturb: (() => Promise<void>)[] = []) {
  const args = [
    '--server',
    `127.0.0.1:${life.port}`,
    '--json',
    '--conf',
    '0.2',
    '--every',
    '1',
    'clip.avi',
    'album',
  ];
  const child = startCli(args, { cwd });
  const err = text(child.stderr);
  const closed = once(child, 'close');
  const lines: string[] = [];
  let disturbed = 0;
  let disturbing = Promise.resolve();
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    const next = lines.length % LINES === 0 ? disturb[disturbed] : undefined;
    if (!next) continue;
    disturbed++;
    // One after the other: a server that is just starting cannot be told to stop.
    disturbing = disturbing.then(next);
  }
  await disturbing;
  const [code] = await closed;
  return { code, lines, err: (await err).split('\n').filter(Boolean), disturbed };
}

test('a server that is replaced and killed on the way changes nothing in the output', async () => {
  const undisturbed = await detect();
  expect(undisturbed).toMatchObject({ code: 0, err: [] });
  expect(undisturbed.lines).toHaveLength(FRAMES + PICTURES);
  const faults = [() => life.replace(), () => life.crash(), () => life.crash()];
  const { code, lines, err, disturbed } = await detect(faults);
  expect({ code, disturbed }).toEqual({ code: 0, disturbed: faults.length });
  expect(lines).toEqual(undisturbed.lines);
  expect(err.length).toBeGreaterThan(0);
  for (const line of err) expect(line).toMatch(/^http:\S+ is away \(.+\): asked again for 60 s$/);
}, 180_000);
