// Real decoders, killed, stopped and lied to while strangers' pictures are in them.
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { isAlive } from '../../../../../packages/video/test/is-alive.ts';
import { noteRow } from '../../../soak/reliability-row.ts';
import { createPictures } from '../../../src/detector/decoder/pictures.ts';
import {
  deaths,
  decode,
  decoders,
  isLinux,
  open,
  pictures,
  scaling,
  WILFUL,
} from './support/real-decoders.ts';

if (!isLinux) console.warn('\nNOT TESTED: decoders that die, whose processes are found in Linux’s /proc\n');

const KILLS = 50;
const STORM_TIMEOUT_MS = 240_000;

describe.skipIf(!isLinux)('decoders', () => {
  let small: Buffer;
  beforeAll(async () => {
    small = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
  });

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
    await open({ main: WILFUL });
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
    await open({ main: WILFUL });
    expect(await decode(Buffer.from('be killed')).catch((error) => error)).toMatchObject({
      kind: 'unavailable',
    });
  });

  test('one that takes too long is killed, and the next picture is decoded', async () => {
    await open({ main: WILFUL, timeoutMs: 3000 });
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
    await open({ main: WILFUL, timeoutMs: 1000 });
    expect(await decode(Buffer.from('be stopped')).catch((error) => error)).toMatchObject({
      kind: 'unavailable',
      message: 'the decoder of this image was killed or stopped; try again',
    });
    expect(deaths).toHaveLength(2);
  });

  test('a picture that two decoders sleep over is refused, so that nobody sends it again', async () => {
    await open({ main: WILFUL, timeoutMs: 1000 });
    expect(await decode(Buffer.from('sleep')).catch((error) => error)).toMatchObject({
      kind: 'invalid',
      message:
        'data cannot be decoded: two decoders ended over it, the last one after 1 s in which it did nothing',
    });
    expect(deaths).toHaveLength(2);
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
    await open({ main: WILFUL });
    expect(await decode(Buffer.from(wish)).catch((error) => error)).toMatchObject({ kind: 'invalid' });
    expect(deaths).toHaveLength(2);
    expect(await decode(Buffer.from('a'))).toMatchObject({ width: 1 });
  });

  test('one that ends in peace is followed by another, and nobody is told', async () => {
    await open({ main: WILFUL });
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
        while (tally.answered === answered) await sleep(1);
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

  test('after hundreds of pictures nothing has become more', async () => {
    await open({ count: 2 });
    const cut = small.subarray(0, small.length / 2);
    const many = async (count: number) => {
      for (let i = 0; i < count; i += 4)
        await Promise.allSettled([decode(small), decode(cut), decode(small), pictures.readHeader(small)]);
    };
    await many(40);
    const before = belongings();
    await many(300);
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
