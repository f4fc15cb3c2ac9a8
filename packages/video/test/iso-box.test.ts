import type { FileHandle } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { hasTornFragment } from '../src/iso-box.ts';
import { boxes } from './iso-boxes.ts';

/** An open file that counts how often it is read. */
function fileOf(bytes: Buffer, onRead = () => {}) {
  const file = {
    reads: 0,
    async read(buffer: Buffer, at: number, length: number, position: number) {
      file.reads++;
      onRead();
      return { buffer, bytesRead: bytes.copy(buffer, at, position, position + length) };
    },
    stat: async () => ({ size: bytes.length }),
  };
  return file as typeof file & Pick<FileHandle, 'read' | 'stat'>;
}

const manyBoxes = Buffer.alloc(8 * 1_000_000, boxes(['free', 0]));
const plain = boxes(['ftyp', 24], ['moov', 500], ['mdat', 900]);
const fragmented = boxes(['ftyp', 16], ['moov', 200], ['moof', 90], ['mdat', 100]);
const hole = Buffer.alloc(60, 0xff);

test.each<[string, Buffer, boolean]>([
  ['a whole file', plain, false],
  ['one with something after its boxes', Buffer.concat([plain, hole]), false],
  ['a fragmented file', fragmented, false],
  ['one with something between its fragments', Buffer.concat([fragmented, hole, fragmented]), true],
  ['one with that after a thousand fragments', Buffer.concat([...Array(1000).fill(fragmented), hole]), true],
  ['a box that reaches beyond the end', Buffer.concat([fragmented, plain]).subarray(0, -1), true],
  ['Matroska', Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), hole]), false],
])('%s', async (_, bytes, expected) => {
  expect(await hasTornFragment(fileOf(bytes))).toBe(expected);
});

test('millions of boxes after a video are not read', async () => {
  const file = fileOf(Buffer.concat([plain, manyBoxes]));
  expect(await hasTornFragment(file)).toBe(false);
  expect(file.reads).toBeLessThan(5);
});

test('nor are all of those among fragments, and many at a time', async () => {
  const file = fileOf(Buffer.concat([fragmented, manyBoxes, hole]));
  expect(await hasTornFragment(file)).toBe(false);
  expect(file.reads).toBeLessThan(200);
});

test('an abort ends it', async () => {
  const aborted = new AbortController();
  const file = fileOf(Buffer.concat([fragmented, manyBoxes]), () => aborted.abort(new Error('enough')));
  await expect(hasTornFragment(file, aborted.signal)).rejects.toThrow('enough');
  expect(file.reads).toBeLessThan(3);
});
