import { expect, test } from 'vitest';
import { isFrontLoaded } from '../src/front-loaded.ts';
import { writeAvi } from './avi.ts';
import { growthOf } from './growth.ts';
import { boxes } from './iso-boxes.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const never = new AbortController().signal;

/** One whose length takes 64 bits. */
function longBox(name: string, contents: number): Buffer {
  const box = Buffer.alloc(16 + contents);
  box.writeUInt32BE(1);
  box.write(name, 4, 'latin1');
  box.writeBigUInt64BE(BigInt(box.length), 8);
  return box;
}

const endless = boxes(['mdat', 20]);
endless.writeUInt32BE(0);

test.each<[string, Buffer, boolean]>([
  ['index first', boxes(['ftyp', 24], ['moov', 500], ['mdat', 900]), true],
  ['fragmented', boxes(['ftyp', 16], ['moov', 200], ['moof', 90], ['mdat', 100]), true],
  ['index first, after some padding', boxes(['ftyp', 24], ['free', 0], ['skip', 999], ['moov', 50]), true],
  ['frames first', boxes(['ftyp', 24], ['free', 8], ['mdat', 900], ['moov', 500]), false],
  ['frames first, of a length of 64 bits', Buffer.concat([boxes(['ftyp', 24]), longBox('mdat', 900)]), false],
  ['index first, of a length of 64 bits', Buffer.concat([boxes(['wide', 24]), longBox('moov', 900)]), true],
  ['frames without a length', Buffer.concat([boxes(['ftyp', 24]), endless]), false],
  ['neither', boxes(['ftyp', 24], ['free', 100]), false],
  [
    'a box shorter than its own head',
    Buffer.concat([boxes(['ftyp', 24]), Buffer.from('\0\0\0\x04abcd\0\0\0\0\0\0\0\0')]),
    false,
  ],
  [
    'a thousand boxes',
    boxes(['ftyp', 8], ...Array.from({ length: 1000 }, () => ['free', 0] as [string, number]), ['moov', 9]),
    false,
  ],
  ['Matroska', Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(40)]), true],
  ['a still picture', Buffer.concat([Buffer.from('\0\0\0\x18ftypavif'), Buffer.alloc(40)]), false],
  ['text', Buffer.from('nothing of that sort at all'), false],
  ['a few bytes', Buffer.from('RIFF1234AVI '), false],
])('%s', async (name, bytes, expected) => {
  const path = folder.write(`${name.replaceAll(' ', '-')}.bin`, bytes);
  expect(await isFrontLoaded(path, growthOf(bytes.length, bytes.length), never)).toBe(expected);
});

test('AVI', async () => {
  const bytes = await writeAvi({ width: 16, height: 16, frames: 1 });
  const path = folder.write('clip.avi', bytes);
  expect(await isFrontLoaded(path, growthOf(bytes.length, 16), never)).toBe(true);
});

test('waits for the bytes that it needs, and for no others', async () => {
  const bytes = boxes(['ftyp', 24], ['free', 1000], ['moov', 5000]);
  const growth = growthOf(bytes.length);
  const answer = isFrontLoaded(folder.write('growing.mp4', bytes), growth, never);
  let isThere = false;
  answer.then(() => {
    isThere = true;
  });
  for (const enough of [16, 32 + 16]) {
    growth.growTo(enough);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isThere).toBe(false);
  }
  growth.growTo(32 + 1008 + 16);
  expect(await answer).toBe(true);
});

test('gives up when it is told to, and when there will be no more', async () => {
  const path = folder.write('never.mp4', boxes(['ftyp', 24]));
  const controller = new AbortController();
  const waiting = isFrontLoaded(path, growthOf(999), controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  const growth = growthOf(999);
  const other = isFrontLoaded(path, growth, never);
  growth.end(new Error('deleted'));
  await expect(other).rejects.toThrow('deleted');
});
