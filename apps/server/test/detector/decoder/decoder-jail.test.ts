// What the system keeps real decoders from, and that they work where it cannot.
import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { canDenyNetwork } from '@boxwire/video/jail';
import { describe, expect, test } from 'vitest';
import { WINDOW_BYTES } from '../../../src/detector/decoder/decoder-protocol.ts';
import { deaths, decode, decoders, isLinux, LIMITS, open, WILFUL } from './support/real-decoders.ts';

const MIB = 2 ** 20;

if (!isLinux) console.warn('\nNOT TESTED: the limits of decoders, which are found in Linux’s /proc\n');

describe.skipIf(!isLinux)('a decoder', () => {
  test('the system ends one that takes too much processor time', async () => {
    await open({ main: WILFUL, timeoutMs: 300_000, limits: { ...LIMITS, cpuSeconds: 1 } });
    const error = await decode(Buffer.from('spin')).catch((reason) => reason);
    expect(['unavailable', 'invalid']).toContain(error.kind);
    expect(deaths.map(({ message }) => message)).toEqual([
      ...Array(2).fill(expect.stringMatching(/killed by SIG(KILL|XCPU)/)),
    ]);
  });

  test('the system gives one no more memory than is allowed', async () => {
    // However long it takes on a busy machine.
    await open({ main: WILFUL, timeoutMs: 300_000 });
    const { message } = await decode(Buffer.from('eat')).catch((error) => error);
    expect(Number(message)).toBeGreaterThan(0);
    expect(Number(message) * MIB).toBeLessThan(LIMITS.memoryBytes);
  });

  test('has its limits from the system, no environment, no network, and opens nothing more', async () => {
    await open();
    const [pid] = decoders();
    const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
    const limit = (name: string) => new RegExp(`^${name} +(\\S+) +(\\S+)`, 'm').exec(limits)?.slice(1);
    expect({
      core: limit('Max core file size'),
      file: limit('Max file size'),
      open: limit('Max open files'),
      memory: limit('Max data size'),
      seconds: limit('Max cpu time'),
    }).toEqual({
      core: ['0', '0'],
      file: [`${WINDOW_BYTES}`, `${WINDOW_BYTES}`],
      open: ['0', '0'],
      memory: [`${2 ** 31}`, `${2 ** 31}`],
      seconds: ['100', '100'],
    });
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    const names = environment.map((one) => one.split('=')[0] ?? '');
    const harmless = ['PATH', 'NODE_ENV', 'PWD', 'OLDPWD', '_', 'UV_THREADPOOL_SIZE', 'VIPS_DISC_THRESHOLD'];
    expect(names.filter((name) => !harmless.includes(name))).toEqual([]);
    if (canDenyNetwork())
      expect(readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(readlinkSync('/proc/self/ns/net'));
    else console.warn('\nNOT TESTED: decoders without network, which this system does not allow\n');
  });

  test('what is in it can open no file, not to read either, and reaches nobody', async () => {
    await open({ main: WILFUL });
    const error = await decode(Buffer.from('break out')).catch((reason) => reason);
    expect(JSON.parse(error.message)).toEqual({
      read: 'EMFILE',
      write: 'EMFILE',
      connect: expect.stringMatching(/EMFILE|ENETUNREACH/),
      run: expect.stringMatching(/EMFILE/),
    });
  });
});

test('without what keeps them from network and files they work all the same', () => {
  const module = new URL('../../../src/detector/decoder/pictures.ts', import.meta.url);
  const script = `
    import { createPictures } from '${module}';
    const pictures = await createPictures({ maxPixels: 1000, count: 1 });
    const data = Buffer.alloc(20 * 10 * 3);
    const small = await pictures.toThumbnail({ width: 20, height: 10, data }, 16);
    console.log(await pictures.readHeader(small));
    await pictures.close();
  `;
  const args = ['--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { env: { PATH: '' }, encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({
    stdout: "{ format: 'jpeg', width: 16, height: 8, rotation: 0 }\n",
    stderr: '',
  });
});
