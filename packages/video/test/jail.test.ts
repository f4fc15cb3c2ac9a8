import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bareEnvironment, canDenyNetwork, denyOpening, jailed, jailGaps } from '../src/jail.ts';
import { openVideo } from '../src/open-video.ts';
import { writeAvi } from './avi.ts';
import { describeDecoders } from './shared-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const isLinux = process.platform === 'linux';
if (!isLinux)
  console.warn('\nNOT TESTED: what the system holds decoders to, which is read from Linux’s /proc\n');
if (isLinux && !canDenyNetwork())
  console.warn('\nNOT TESTED: decoders without network, which this system does not allow\n');

/** Runs a script under the limits of a decoder. */
function run(script: string) {
  const { command, args } = jailed({ command: process.execPath, args: ['-e', script] });
  return spawnSync(command, args, { encoding: 'utf8', env: {} });
}

describeDecoders('a decoder’s process', (decoder) => {
  const folder = temporaryFolder();

  test.skipIf(!isLinux)('has its limits from the system, no environment and no network', async () => {
    const clip = folder.write('clip.avi', await writeAvi({ width: 640, height: 480, frames: 200 }));
    await using video = await openVideo(clip, { decoder });
    // Until its first frame it may be the shell that sets the limits.
    await video[Symbol.asyncIterator]().next();
    const limits = readFileSync(`/proc/${video.pid}/limits`, 'utf8');
    const soft = (name: string) => new RegExp(`^${name} +(\\S+)`, 'm').exec(limits)?.[1];
    expect({
      core: soft('Max core file size'),
      files: soft('Max file size'),
      open: soft('Max open files'),
      memory: soft('Max data size'),
      seconds: soft('Max cpu time'),
    }).toEqual({ core: '0', files: '0', open: '64', memory: `${3 * 2 ** 30}`, seconds: '28800' });
    const environment = readFileSync(`/proc/${video.pid}/environ`, 'utf8').split('\0').filter(Boolean);
    expect(
      environment
        .map((one) => one.split('=')[0])
        .filter((name) => !['PATH', 'NODE_ENV', 'PWD', 'OLDPWD', '_'].includes(name ?? '')),
    ).toEqual([]);
    if (canDenyNetwork()) {
      expect(readlinkSync(`/proc/${video.pid}/ns/net`)).not.toBe(readlinkSync('/proc/self/ns/net'));
    }
  });
});

test.skipIf(!isLinux)(
  'what is held to the limits cannot write a file, take all memory or open many files',
  () => {
    // It can be made, but nothing can be written to it.
    const file = join(tmpdir(), `boxwire-jail-${process.pid}`);
    onTestFinished(() => rmSync(file, { force: true }));
    expect(run(`require('fs').writeFileSync('${file}', 'x'.repeat(9999))`)).not.toMatchObject({ status: 0 });
    const greedy =
      "const all = []; for (let i = 0; i < 80; i++) all.push(Buffer.alloc(100e6, 1)); console.log('got it')";
    expect(run(greedy).stdout).not.toContain('got it');
    const open =
      "const fs = require('fs'); for (let i = 0; i < 100; i++) fs.openSync('/dev/null'); console.log('got it')";
    expect(run(open).stdout).not.toContain('got it');
    expect(run("console.log('fine')").stdout).toBe('fine\n');
  },
);

test.skipIf(!isLinux || !canDenyNetwork())(
  'what is held to the limits reaches nobody, this machine included',
  () => {
    const script = `require('net').connect(9, '127.0.0.1').on('error', ({ code }) => console.log(code))`;
    expect(run(script).stdout).toBe('ENETUNREACH\n');
  },
);

test('the environment that decoders get has no secrets in it', () => {
  process.env.BOXWIRE_SECRET = 'secret';
  expect(Object.keys(bareEnvironment())).toEqual(['PATH', 'SystemRoot', 'NODE_ENV']);
  delete process.env.BOXWIRE_SECRET;
});

test('what is missing here is said', () => {
  const module = new URL('../src/jail.ts', import.meta.url);
  const script = `import { jailGaps } from '${module}'; console.log(JSON.stringify(jailGaps()))`;
  const args = ['--input-type=module', '-e', script];
  const { stdout } = spawnSync(process.execPath, args, { env: { PATH: '' }, encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual(
    process.platform === 'win32'
      ? [expect.stringContaining('no limits')]
      : [expect.stringContaining('unshare'), expect.stringContaining('prlimit')],
  );
  if (isLinux && canDenyNetwork()) expect(jailGaps()).toEqual([]);
});

test.skipIf(!isLinux || jailGaps().length > 0)(
  'once it may open nothing a process reads no file, and writes on to what it has open',
  async () => {
    const script = `
      const fs = require('fs');
      console.log('ready');
      process.stdin.once('data', () => {
        try { fs.readFileSync('/etc/passwd'); console.log('read it'); } catch ({ code }) { console.log(code); }
        process.exit();
      });
    `;
    const { command, args } = jailed({ command: process.execPath, args: ['-e', script] });
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: {} });
    child.stdout.setEncoding('utf8');
    await once(child.stdout, 'data');
    expect(await denyOpening(child.pid ?? 0)).toBe(true);
    const said = once(child.stdout, 'data');
    child.stdin.write('go');
    expect(await said).toEqual(['EMFILE\n']);
  },
);
