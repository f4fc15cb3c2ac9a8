import { onTestFinished, test } from 'vitest';
import { DecoderProcess } from '../src/decoder-process.ts';
import { readRecord } from '../src/node-av/read-record.ts';

/** A process that writes a record which announces so many bytes of pixels, and sends so many. */
function startWriter(announced: number, sent: number): DecoderProcess {
  const script = `
    const header = Buffer.from(JSON.stringify({ type: 'frame', frame: 1, timeMs: 0, width: 1, height: 1 }));
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32LE(header.length, 0);
    prefix.writeUInt32LE(${announced}, 4);
    process.stdout.write(Buffer.concat([prefix, header, Buffer.alloc(${sent}, 7)]));`;
  const child = new DecoderProcess(process.execPath, ['-e', script], { stallMs: 30_000, signal: undefined });
  onTestFinished(() => child.kill());
  return child;
}

test('a record and its pixels', async ({ expect }) => {
  const { record, pixels } = await readRecord(startWriter(300_000, 300_000), 300_000);
  expect(record).toMatchObject({ type: 'frame', frame: 1 });
  expect(pixels).toEqual(new Uint8Array(300_000).fill(7));
});

test('one that ends too soon', async ({ expect }) => {
  await expect(readRecord(startWriter(300_000, 299_999), 300_000)).rejects.toMatchObject({
    kind: 'decoder-died',
  });
});

test('one that announces more pixels than a frame may have', async ({ expect }) => {
  await expect(readRecord(startWriter(2 ** 32 - 1, 0), 300_000)).rejects.toMatchObject({
    kind: 'decoder-died',
    message: 'the decoder announced 4294967295 bytes of pixels, more than it may send',
  });
});
