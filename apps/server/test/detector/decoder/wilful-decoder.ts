// In place of a decoder: a process that was taken over and does what the picture says. Everything else is one red pixel.
import { spawnSync } from 'node:child_process';
import { openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DecoderLine, OrderLine } from '../../../src/detector/decoder/decoder-protocol.ts';

const WINDOW = 3;
const input = Buffer.alloc(2 ** 16);

function say(line: DecoderLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

function codeOf(work: () => unknown): unknown {
  try {
    const result = work() as { error?: NodeJS.ErrnoException };
    return result.error?.code ?? 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

async function breakOut(): Promise<string> {
  const connecting = Promise.withResolvers<unknown>();
  connect(9, '127.0.0.1').on('error', ({ code }: NodeJS.ErrnoException) => connecting.resolve(code));
  return JSON.stringify({
    read: codeOf(() => readFileSync('/etc/hostname')),
    write: codeOf(() => writeFileSync('/tmp/boxwire-broke-out', 'x')),
    connect: await connecting.promise,
    run: codeOf(() => spawnSync('true')),
  });
}

/** How many MiB of three thousand there were. */
function eat(): number {
  const eaten: Buffer[] = [];
  try {
    for (let i = 0; i < 30; i++) eaten.push(Buffer.alloc(100 * 2 ** 20, 1));
  } catch {
    // That was all.
  }
  return eaten.length * 100;
}

const about = { width: 1, height: 1, preprocessMs: 0 };
const onePixel: DecoderLine = { kind: 'done', about, bytes: 3 };

const WISHES: Record<string, () => unknown> = {
  crash: () => process.kill(process.pid, 'SIGSEGV'),
  'be killed': () => process.kill(process.pid, 'SIGKILL'),
  'be stopped': () => process.kill(process.pid, 'SIGSTOP'),
  sleep: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  spin: () => {
    for (;;) openSync.name;
  },
  flood: () => say({ ...onePixel, bytes: 3e10 }),
  lie: () => say({ ...onePixel, bytes: 4 }),
  boast: () => say({ ...onePixel, about: { ...about, width: 1e5, height: 1e5 } }),
  rewind: () => say({ ...onePixel, about: { ...about, preprocessMs: -1 } }),
  // Endless, once it is read.
  dawdle: () =>
    writeSync(1, `${JSON.stringify(onePixel).replace('"preprocessMs":0', '"preprocessMs":1e999')}\n`),
  babble: () => say({ kind: 'ready' }),
  mumble: () => writeSync(1, 'hm\n'),
  eat: () => say({ kind: 'refused', errorKind: 'invalid', message: `${eat()}` }),
  'break out': async () => say({ kind: 'refused', errorKind: 'invalid', message: await breakOut() }),
};

say({ kind: 'ready' });
for (;;) {
  const length = readSync(0, input);
  if (length === 0) break;
  const { bytes } = JSON.parse(input.toString('latin1', 0, length)) as OrderLine;
  const wish = Buffer.alloc(bytes);
  readSync(WINDOW, wish, 0, bytes, 0);
  const obey = WISHES[`${wish}`];
  if (obey) {
    await obey();
    await sleep(1);
    continue;
  }
  writeSync(WINDOW, Uint8Array.from([255, 0, 0]), 0, 3, 0);
  say(onePixel);
  if (`${wish}` === 'retire') break;
}
