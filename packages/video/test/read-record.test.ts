import { expect, onTestFinished, test } from 'vitest';
import { DecoderProcess } from '../src/decoder-process.ts';
import { readRecord } from '../src/node-av/read-record.ts';

/** A process that writes a record which announces so many bytes of pixels, and sends so many. */
function startWriter(announced: number, sent: number, more = ''): DecoderProcess {
  const script = `
    const header = Buffer.from(JSON.stringify({ type: 'frame', frame: 1, timeMs: 0, width: 1, height: 1, more: ${JSON.stringify(more)} }));
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32LE(header.length, 0);
    prefix.writeUInt32LE(${announced}, 4);
    process.stdout.write(Buffer.concat([prefix, header, Buffer.alloc(${sent}, 7)]));`;
  const child = new DecoderProcess(process.execPath, ['-e', script], { stallMs: 30_000, signal: undefined });
  onTestFinished(() => child.kill());
  return child;
}

test('a record and its pixels', async () => {
  const { record, pixels } = await readRecord(startWriter(300_000, 300_000), 300_000);
  expect(record).toMatchObject({ type: 'frame', frame: 1 });
  expect(pixels).toEqual(new Uint8Array(300_000).fill(7));
});

test('one that ends too soon', async () => {
  await expect(readRecord(startWriter(300_000, 299_999), 300_000)).rejects.toMatchObject({
    kind: 'decoder-died',
  });
});

test.each([
  [
    'pixels than a frame may have',
    startWriter.bind(null, 2 ** 32 - 1, 0, ''),
    /and 4294967295 bytes, more than/,
  ],
  [
    'text than a record has',
    startWriter.bind(null, 3, 3, 'a'.repeat(2 ** 16)),
    /announced 656\d\d and 3 bytes, more/,
  ],
])('one that announces more %s', async (_what, start, message) => {
  await expect(readRecord(start(), 300_000)).rejects.toMatchObject({
    kind: 'decoder-died',
    message: expect.stringMatching(message),
  });
});
