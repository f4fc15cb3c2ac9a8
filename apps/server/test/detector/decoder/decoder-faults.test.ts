// Real decoders, killed, stopped, starved and overfed while strangers' pictures are in them.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { canDenyNetwork } from '@boxwire/video/jail';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { childrenOf } from '../../../soak/process-table.ts';
import { noteRow } from '../../../soak/reliability-row.ts';
import { WINDOW_BYTES } from '../../../src/detector/decoder/decoder-protocol.ts';
import {
  createPictures,
  type Pictures,
  type PicturesOptions,
} from '../../../src/detector/decoder/pictures.ts';

const isLinux = process.platform === 'linux';
if (!isLinux) console.warn('\nNOT TESTED: decoders that die, whose processes are found in Linux’s /proc\n');

const MIB = 2 ** 20;
const KILLS = 100;
const STORM_TIMEOUT_MS = 240_000;
const LIMITS = { openFiles: 64, memoryBytes: 2 ** 31, cpuSeconds: 100 };
const SCRIPT = fileURLToPath(new URL('wilful-decoder.ts', import.meta.url));

describe.skipIf(!isLinux)('decoders', () => {
  let pictures: Pictures;
  let deaths: Error[];
  let small: Buffer;

  beforeAll(async () => {
    small = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
  });
  afterEach(() => pictures?.close());

  async function open(options: Partial<PicturesOptions> = {}): Promise<void> {
    deaths = [];
    const onDeath = (error: Error) => deaths.push(error);
    pictures = await createPictures({ maxPixels: 64e6, count: 1, limits: LIMITS, onDeath, ...options });
  }

  /** What each picture is scaled to: what the one that was taken over gives of each. */
  const scaling = { fixedSize: { width: 1, height: 1 } };
  const decode = (data: Uint8Array) =>
    pictures.prepare({ width: 0, height: 0, data }, scaling, (bytes) => new Uint8Array(bytes));
  const decoders = () => childrenOf(process.pid).filter((pid) => commandOf(pid).includes('decoder'));

  /** The only decoder, stopped with a picture in it. */
  async function caught(data: Uint8Array) {
    const [pid = 0] = decoders();
    process.kill(pid, 'SIGSTOP');
    return { pid, result: decode(data).catch((error) => error) };
  }

  test('one that is killed over a picture is replaced, and the picture decoded by the new one', async () => {
    await open();
    const { pid, result } = await caught(small);
    process.kill(pid, 'SIGKILL');
    expect(await result).toMatchObject({ width: 40, height: 30 });
    expect(decoders()).not.toContain(pid);
    expect(deaths).toHaveLength(1);
    expect(deaths[0]?.message).toBe('a picture decoder ended: killed by SIGKILL');
  });

  test('a picture that two decoders crash over is refused, others are decoded', async () => {
    await open({ main: SCRIPT });
    expect(await decode(Buffer.from('crash')).catch((error) => error)).toMatchObject({
      kind: 'invalid',
      message: 'data cannot be decoded: two decoders ended over it, the last one with killed by SIGSEGV',
    });
    const size = { width: 1, height: 1 };
    expect(await Promise.all(['a', 'b', 'c'].map((text) => decode(Buffer.from(text))))).toMatchObject([
      ...[size, size, size],
    ]);
    expect(deaths).toHaveLength(2);
  });

  test('a picture whose decoders are killed from outside twice may be sent again', async () => {
    await open({ main: SCRIPT });
    expect(await decode(Buffer.from('be killed')).catch((error) => error)).toMatchObject({
      kind: 'unavailable',
    });
  });

  test('one that takes too long is killed, and the next picture is decoded', async () => {
    await open({ main: SCRIPT, timeoutMs: 3000 });
    const [pid] = decoders();
    expect(await decode(Buffer.from('spin')).catch((error) => error)).toMatchObject({
      kind: 'invalid',
      message: 'data cannot be decoded: its decoder took longer than 3 s',
    });
    expect(decoders()).not.toContain(pid);
    expect(await decode(Buffer.from('a'))).toMatchObject({ width: 1 });
    expect(deaths).toHaveLength(1);
  });

  test('one that is stopped over a picture is replaced, and the picture decoded by the new one', async () => {
    await open({ timeoutMs: 3000 });
    const { pid, result } = await caught(small);
    expect(await result).toMatchObject({ width: 40, height: 30 });
    expect(decoders()).not.toContain(pid);
    expect(deaths).toHaveLength(1);
  });

  test('a picture whose decoders are stopped twice may be sent again', async () => {
    await open({ main: SCRIPT, timeoutMs: 1000 });
    expect(await decode(Buffer.from('be stopped')).catch((error) => error)).toMatchObject({
      kind: 'unavailable',
      message: 'the decoder of this image was killed or stopped; try again',
    });
    expect(deaths).toHaveLength(2);
  });

  test('a picture that two decoders sleep over is refused, so that nobody sends it again', async () => {
    await open({ main: SCRIPT, timeoutMs: 1000 });
    expect(await decode(Buffer.from('sleep')).catch((error) => error)).toMatchObject({
      kind: 'invalid',
      message:
        'data cannot be decoded: two decoders ended over it, the last one after 1 s in which it did nothing',
    });
    expect(deaths).toHaveLength(2);
  });

  test('the system ends one that takes too much processor time', async () => {
    await open({ main: SCRIPT, limits: { ...LIMITS, cpuSeconds: 1 } });
    const error = await decode(Buffer.from('spin')).catch((reason) => reason);
    expect(['unavailable', 'invalid']).toContain(error.kind);
    expect(deaths.map(({ message }) => message)).toEqual([
      ...Array(2).fill(expect.stringMatching(/killed by SIG(KILL|XCPU)/)),
    ]);
  });

  test('the system gives one no more memory than is allowed', async () => {
    await open({ main: SCRIPT });
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
    await open({ main: SCRIPT });
    const error = await decode(Buffer.from('break out')).catch((reason) => reason);
    expect(JSON.parse(error.message)).toEqual({
      read: 'EMFILE',
      write: 'EMFILE',
      connect: expect.stringMatching(/EMFILE|ENETUNREACH/),
      run: expect.stringMatching(/EMFILE/),
    });
  });

  test.each([
    ['sends more than the network takes', 'flood'],
    ['sends another number of bytes than its picture has', 'lie'],
    ['speaks of a picture that is larger than they may be', 'boast'],
    ['speaks of a time before its start', 'rewind'],
    ['speaks of a time without end', 'dawdle'],
    ['says what nobody asked for', 'babble'],
    ['says nothing that can be understood', 'mumble'],
  ])('one that %s is ended', async (_, wish) => {
    await open({ main: SCRIPT });
    expect(await decode(Buffer.from(wish)).catch((error) => error)).toMatchObject({ kind: 'invalid' });
    expect(deaths).toHaveLength(2);
    expect(await decode(Buffer.from('a'))).toMatchObject({ width: 1 });
  });

  test('one that ends in peace is followed by another, and nobody is told', async () => {
    await open({ main: SCRIPT });
    const [first] = decoders();
    expect(await decode(Buffer.from('retire'))).toMatchObject({ width: 1 });
    expect(await decode(Buffer.from('a'))).toMatchObject({ width: 1 });
    expect(decoders()).not.toContain(first);
    expect(deaths).toEqual([]);
  });

  test('what waits when it closes is refused, and no process is left', async () => {
    await open();
    const { pid, result } = await caught(small);
    const waiting = decode(small).catch((error) => error);
    await pictures.close();
    const refused = { kind: 'unavailable', message: 'the detector is closing' };
    expect([await result, await waiting]).toMatchObject([refused, refused]);
    expect(isAlive(pid)).toBe(false);
    expect(await decode(small).catch((error) => error)).toMatchObject(refused);
  });

  test('a picture that is given up while it waits is not decoded', async () => {
    await open();
    const { pid, result } = await caught(small);
    const abort = new AbortController();
    const given = { width: 0, height: 0, data: small };
    const waiting = pictures.prepare(given, scaling, () => expect.unreachable(), abort.signal);
    abort.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    process.kill(pid, 'SIGCONT');
    expect(await result).toMatchObject({ width: 40 });
  });

  test('what cannot start says why', async () => {
    const main = '/nowhere/decoder.ts';
    const error = await createPictures({ maxPixels: 1, count: 2, main }).catch((reason) => reason);
    expect(error.message).toBe('a picture decoder ended: exit code 1');
    expect(error.cause.message).toContain('Node.js v');
    expect(decoders()).toEqual([]);
  });

  test(
    `killed ${KILLS} times under load, none is lost: each picture has its pixels or may be sent again`,
    async () => {
      await open({ count: 2 });
      const [whole, tally] = [await decode(small), { answered: 0, again: 0 }];
      let kills = 0;
      const lane = async () => {
        while (kills < KILLS) {
          const result = await decode(small).catch((error) => error);
          if (result.kind === 'unavailable') tally.again++;
          else {
            expect(Buffer.compare(result.data, whole.data)).toBe(0);
            tally.answered++;
          }
        }
      };
      const lanes = Promise.all([lane(), lane(), lane(), lane()]);
      for (let answered = 0; kills < KILLS; kills++) {
        // In the middle of work, which goes on between two kills.
        while (tally.answered === answered) await nextTurn();
        answered = tally.answered;
        const [victim] = decoders();
        if (victim) process.kill(victim, 'SIGKILL');
      }
      await lanes;
      expect(await decode(small)).toMatchObject({ data: whole.data });
      expect(tally.answered).toBeGreaterThan(KILLS);
      noteRow('picture decoders', {
        load: `${tally.answered} pictures decoded, four at a time by two processes`,
        faults: `${deaths.length} of them killed; ${tally.again} pictures had to be sent again`,
        lost: 'nothing',
        command: 'pnpm --dir apps/server exec vitest run test/detector/decoder/decoder-faults.test.ts',
      });
    },
    STORM_TIMEOUT_MS,
  );

  test('after a thousand pictures nothing has become more', async () => {
    await open({ count: 2 });
    const cut = small.subarray(0, small.length / 2);
    const many = async (count: number) => {
      for (let i = 0; i < count; i += 4)
        await Promise.allSettled([decode(small), decode(cut), decode(small), pictures.readHeader(small)]);
    };
    await many(40);
    const before = belongings();
    await many(1000);
    expect(belongings()).toEqual(before);
    expect(namedWindows()).toBe(0);
    await pictures.close();
    expect(decoders()).toEqual([]);
    expect(openWindows()).toBe(0);
  });

  function belongings() {
    const opened = decoders().map((pid) => readdirSync(`/proc/${pid}/fd`).length);
    return { decoders: decoders(), opened, handles: openWindows() };
  }
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

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}

/** Windows that this process has open. */
function openWindows(): number {
  return readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).includes('boxwire-')).length;
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

/** Files in memory that still have a name, of those that this process made. */
function namedWindows(): number {
  return readdirSync('/dev/shm').filter((name) => name.startsWith(`boxwire-${process.pid}-`)).length;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
