// What happens while it runs: who waits for whom, and how it is stopped.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { writeAvi } from '../../../packages/video/test/avi.ts';
import { temporaryFolder } from '../../server/test/small-model.ts';
import { type CliOptions, startCli } from './cli-process.ts';
import { startHeldServer } from './held-server.ts';

const FRAMES = 100;
const folder = temporaryFolder();
const clip = join(folder.path, 'clip.avi');
beforeAll(async () => writeFileSync(clip, await writeAvi({ width: 640, height: 480, frames: FRAMES })));
afterAll(() => folder.remove());

/** The client, sending every frame to a server that reads one; with what it printed so far. */
async function startHeld(more: string[] = [], options?: CliOptions) {
  const server = await startHeldServer();
  onTestFinished(server.stop);
  const what = options?.input ? '-' : clip;
  const child = startCli(['--server', server.address, '--every', '1', ...more, what], options);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.err += chunk;
  });
  return { server, child, output, sent: () => output.out.match(/^sent /gm)?.length ?? 0 };
}

/** The number once it is above zero and has stayed the same for a while. */
async function untilQuiet(count: () => number): Promise<number> {
  for (let last = 0, same = 0; ; ) {
    await sleep(100);
    const value = count();
    same = value === last && value > 0 ? same + 1 : 0;
    if (same === 5) return value;
    last = value;
  }
}

test('a server that does not read holds the reading of the file', async () => {
  const { server, child, output, sent } = await startHeld();
  expect(await untilQuiet(sent)).toBeLessThanOrEqual(5);
  expect(output.out).not.toContain('frame 1 of clip.avi:');
  server.letGo();
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  expect(sent()).toBe(FRAMES);
  expect(output.out.match(/^frame \d+ of clip.avi: nothing$/gm)).toHaveLength(FRAMES);
  expect(output.err).toBe('only a stand-in\n');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s cancels the call and ends with %i', async (signal, expected) => {
  const { server, child, output, sent } = await startHeld();
  await untilQuiet(sent);
  child.kill(signal);
  const [code] = await once(child, 'close');
  await server.cancelled;
  expect(code).toBe(expected);
  expect(output.err).toBe('only a stand-in\n');
});

test.skipIf(process.platform === 'win32')('a pipe that nobody writes to is given up', async () => {
  const server = await startHeldServer();
  onTestFinished(server.stop);
  const TMPDIR = join(folder.path, 'waiting');
  mkdirSync(TMPDIR);
  const pipe = join(folder.path, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const child = startCli(['--server', server.address, pipe], { env: { TMPDIR } });
  while (readdirSync(TMPDIR).length === 0) await sleep(50);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([143, null]);
  expect(readdirSync(TMPDIR)).toEqual([]);
});

test('a reader that has read enough ends it, and the copy of standard input goes away', async () => {
  const TMPDIR = join(folder.path, 'tmp');
  mkdirSync(TMPDIR);
  const { server, child, output } = await startHeld([], { env: { TMPDIR }, input: readFileSync(clip) });
  await once(child.stdout, 'data');
  expect(readdirSync(TMPDIR)).toHaveLength(1);
  child.stdout.destroy();
  await once(child.stdout, 'close');
  server.letGo();
  const [code] = await once(child, 'close');
  expect({ code, err: output.err }).toEqual({ code: 0, err: 'only a stand-in\n' });
  expect(readdirSync(TMPDIR)).toEqual([]);
});

test('a server that goes away is told, at once where it is not to be waited for', async () => {
  const { server, child, output, sent } = await startHeld(['--wait', '0']);
  await untilQuiet(sent);
  server.stop();
  const [code] = await once(child, 'close');
  expect([1, 3]).toContain(code);
  expect(output.err.trim().split('\n')).toHaveLength(2);
});

test('a server that goes away and does not come back is waited for as long as was said', async () => {
  const { server, child, output, sent } = await startHeld(['--wait', '1']);
  await untilQuiet(sent);
  server.stop();
  const [code] = await once(child, 'close');
  expect(code).toBe(3);
  expect(output.err.trim().split('\n')).toEqual([
    'only a stand-in',
    expect.stringMatching(/^http:\S+ is away \(.+\): asked again for 1 s$/),
    expect.stringMatching(/^no server answers at http:\S+: .*ECONNREFUSED/),
  ]);
});
