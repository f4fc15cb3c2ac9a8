// Standard output that fails, as of a real process: its disk is full, or whoever read it is gone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HealthCheckResponse_ServingStatus as Status } from '@boxwire/proto/grpc/health/v1/health';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../bench/server-process.ts';
import { openHttp2 } from './rpc/connect-clients.ts';
import { imageOf, until } from './rpc/harness.ts';
import { mountSmallDisk } from './small-disk.ts';
import { temporaryFolder, writeSmallCheckpoint } from './small-model.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const LOG = new URL('../src/log.ts', import.meta.url);
const folder = temporaryFolder();
afterAll(folder.remove);

const hasFullDevice = existsSync('/dev/full');
if (!hasFullDevice)
  console.warn('\nNOT TESTED: a server whose log is on a full disk, for want of /dev/full\n');

describe('a server whose log cannot be written answers, and stops as it should', () => {
  async function startMain(stdout: 'pipe' | number) {
    const [port, httpPort] = [await freePort(), await freePort()];
    const { PATH, HOME, TMPDIR } = process.env;
    const ports = { GRPC_PORT: `${port}`, HTTP_PORT: `${httpPort}`, MAX_UPLOADS: '0' };
    const model = { MODEL: writeSmallCheckpoint(folder.path), MODEL_DIR: folder.path, WORKERS: '1' };
    const child = spawn(process.execPath, [MAIN], {
      env: { PATH, HOME, TMPDIR, NODE_ENV: 'production', ...ports, ...model },
      stdio: ['ignore', stdout, 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, clients: openHttp2(`http://127.0.0.1:${port}`) };
  }

  async function expectService({ child, clients }: Awaited<ReturnType<typeof startMain>>): Promise<void> {
    const { health, predictions } = clients;
    for (let status: Status | undefined; status !== Status.SERVING; await sleep(20)) {
      expect([child.exitCode, child.signalCode]).toEqual([null, null]);
      status = await health.check({}).then(
        (answer) => answer.status,
        () => undefined,
      );
    }
    for (let frame = 1; frame < 20; frame++)
      await expect(predictions.predictSingleImage(imageOf(frame))).resolves.toMatchObject({ frame });
    await expect(health.check({})).resolves.toMatchObject({ status: Status.SERVING });
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  }

  test.skipIf(!hasFullDevice)('its disk is full', async () => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    await expectService(await startMain(full));
  });

  test('its reader ends', async () => {
    const server = await startMain('pipe');
    await once(server.child.stdout ?? server.child, 'data');
    server.child.stdout?.destroy();
    await expectService(server);
  });
});

/** A process that logs so many long lines whenever it is told to, and says when it has. */
function startLogging(stdout: 'pipe' | number): { child: ChildProcess; log(lines: number): Promise<void> } {
  const script = `
    import { createLog } from '${LOG}';
    const log = createLog({ logLevel: 'info', logFormat: 'json' });
    let line = 0;
    process.on('message', (lines) => {
      for (let i = 0; i < lines; i++) log.info({ line: line++ }, 'x'.repeat(1000));
      process.send('done');
    });
  `;
  const args = ['--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { stdio: ['ignore', stdout, 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    async log(lines) {
      const done = once(child, 'message');
      child.send(lines);
      await done;
    },
  };
}

/** Every line is whole: those that were held back follow, and what did not fit is counted. */
function expectRest(text: string, lines: number): void {
  const written = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { lines: dropped, msg } = written.pop();
  expect(msg).toBe('lines of the log were dropped, since they could not be written');
  expect(written.map(({ line }) => line)).toEqual(Array.from({ length: lines - dropped }, (_, i) => i));
  expect(dropped).toBeLessThan(lines);
}

test('when a disk has room again, the log goes on and says how much it lacks', async ({ skip }) => {
  const disk = mountSmallDisk() ?? skip();
  onTestFinished(() => disk.unmount());
  const [path, filler] = [join(disk.path, 'log'), join(disk.path, 'filler')];
  const file = openSync(path, 'a');
  const { bavail, bsize } = statfsSync(disk.path);
  writeFileSync(filler, Buffer.alloc(bavail * bsize));
  const { log } = startLogging(file);
  closeSync(file);
  await log(1);
  await log(2000);
  rmSync(filler);
  const read = () => readFileSync(path, 'utf8');
  await until(() => read().includes('dropped'));
  expectRest(read(), 2001);
});

test('a reader that stands still holds nothing up', async () => {
  const { child, log } = startLogging('pipe');
  await log(5000);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more) => (text += more));
  await until(() => text.includes('dropped'));
  expectRest(text, 5000);
});
