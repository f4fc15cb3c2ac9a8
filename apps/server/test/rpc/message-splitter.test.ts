import { ImageSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { createSharedBlocks } from '../../src/detector/shared-blocks.ts';
import { createBodySplitter } from '../../src/rpc/body-splitter.ts';
import { createMessageSplitter, type SplitterOptions } from '../../src/rpc/message-splitter.ts';

const LARGE = 70_000;
const MAX = 100_000;

function optionsWith(more: Partial<SplitterOptions> = {}): SplitterOptions {
  const field = ImageSchema.field.data.number;
  return { field, maxMessageBytes: MAX, blocks: createSharedBlocks(), reserve: () => true, ...more };
}

const open = (more?: Partial<SplitterOptions>) => createMessageSplitter(optionsWith(more));
const openBody = (sizeBytes?: number) => createBodySplitter(optionsWith(), sizeBytes);

function frame(message: Uint8Array, flags = 0): Uint8Array {
  const framed = new Uint8Array(5 + message.length);
  framed[0] = flags;
  new DataView(framed.buffer).setUint32(1, message.length);
  framed.set(message, 5);
  return framed;
}

function image(size: number, fill: number): Uint8Array {
  const data = new Uint8Array(size).fill(fill);
  return toBinary(ImageSchema, create(ImageSchema, { mode: 'L', width: size, height: 1, data, frame: fill }));
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

const without = (fill: number, size: number) =>
  frame(toBinary(ImageSchema, create(ImageSchema, { mode: 'L', width: size, height: 1, frame: fill })));

test('small and large messages, in chunks of any size', () => {
  const sent = join([
    frame(image(3, 1)),
    frame(image(LARGE, 2)),
    frame(new Uint8Array()),
    frame(image(LARGE, 3)),
  ]);
  const seen = join([frame(image(3, 1)), without(2, LARGE), frame(new Uint8Array()), without(3, LARGE)]);
  for (const size of [1, 4, 7, 16_384, LARGE + 12, sent.length]) {
    const splitter = open();
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < sent.length; at += size) {
      // A chunk's memory is used again by whoever sent it.
      const chunk = Buffer.from(sent.subarray(at, at + size));
      pieces.push(...splitter.toPieces(chunk).map((piece) => new Uint8Array(piece)));
      chunk.fill(0xee);
    }
    expect(join(pieces)).toEqual(seen);
    const cuts = [1, 2, 3, 4].map(() => splitter.takeCut()?.value);
    expect(cuts[0]).toBeUndefined();
    expect(cuts[1]).toEqual(new Uint8Array(LARGE).fill(2));
    expect(cuts[2]).toBeUndefined();
    expect(cuts[3]).toEqual(new Uint8Array(LARGE).fill(3));
  }
});

test.each([1, 16_384, LARGE + 12])('a message without a frame, in chunks of %d', (size) => {
  const sent = image(LARGE, 2);
  const splitter = openBody(sent.length);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < sent.length; at += size) pieces.push(...splitter.toPieces(sent.slice(at, at + size)));
  expect(splitter.atEnd()).toEqual([]);
  expect(join(pieces)).toEqual(without(2, LARGE).subarray(5));
  expect(splitter.takeCut()?.value).toEqual(new Uint8Array(LARGE).fill(2));
});

test('a message without a frame that ends too early is left as it came', () => {
  const sent = image(LARGE, 2);
  const splitter = openBody(sent.length);
  expect(splitter.toPieces(sent.subarray(0, -1))).toEqual([]);
  expect(join(splitter.atEnd())).toEqual(sent.subarray(0, -1));
  expect(splitter.takeCut()).toBeUndefined();
});

/** Blocks that tell how many were taken. */
function countBlocks() {
  const blocks = createSharedBlocks();
  const counted = { taken: 0 };
  const take = (bytes: number) => {
    counted.taken++;
    return blocks.take(bytes);
  };
  return { counted, blocks: { ...blocks, take } };
}

describe('a large message has a block', () => {
  const sent = frame(image(LARGE, 2));

  test('once a sixteenth of it is there, and no sooner', () => {
    const { counted, blocks } = countBlocks();
    const reserved: number[] = [];
    const splitter = open({ blocks, reserve: (bytes) => reserved.push(bytes) > 0 });
    for (let at = 0; at < 4370; at += 10) splitter.toPieces(sent.subarray(at, at + 10));
    expect(counted.taken).toBe(0);
    splitter.toPieces(sent.subarray(4370, 5000));
    expect(counted.taken).toBe(1);
    expect(reserved).toEqual([sent.length - 5000]);
    expect(join(splitter.toPieces(sent.subarray(5000)))).toEqual(without(2, LARGE));
    expect(splitter.takeCut()?.value).toEqual(new Uint8Array(LARGE).fill(2));
    expect(counted.taken).toBe(1);
  });

  test('only in the end where there is no room for what has yet to come', () => {
    const { counted, blocks } = countBlocks();
    const splitter = open({ blocks, reserve: () => false });
    for (let at = 0; at < sent.length - 1; at += 1000) {
      expect(splitter.toPieces(sent.subarray(at, Math.min(at + 1000, sent.length - 1)))).toEqual([]);
    }
    expect(counted.taken).toBe(0);
    expect(join(splitter.toPieces(sent.subarray(-1)))).toEqual(without(2, LARGE));
    expect(splitter.takeCut()?.value).toEqual(new Uint8Array(LARGE).fill(2));
  });
});

test.each([
  ['framed', (options: SplitterOptions) => createMessageSplitter(options), frame(image(LARGE, 2))],
  ['whole', (options: SplitterOptions) => createBodySplitter(options, LARGE), image(LARGE, 2)],
])('what has come of a message that is given up gives its block back: %s', (_, create, sent) => {
  const { counted, blocks } = countBlocks();
  const given: unknown[] = [];
  const splitter = create(optionsWith({ blocks: { ...blocks, give: (block) => given.push(block) } }));
  splitter.toPieces(sent.subarray(0, LARGE / 2));
  splitter.close();
  splitter.close();
  expect(counted.taken).toBe(1);
  expect(given).toHaveLength(1);
});

describe('what comes byte by byte is passed on as one piece', () => {
  const parts = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte));

  test.each([
    ['a small message', frame(image(3000, 1))],
    ['a compressed message', frame(image(LARGE, 1), 1)],
    ['a message of no field that could be large', frame(image(LARGE, 1)), { field: undefined }],
  ])('%s', (_, sent, options: Partial<SplitterOptions> = {}) => {
    const splitter = open(options);
    const pieces = parts(sent).flatMap((part) => splitter.toPieces(part));
    expect(pieces.map(({ length }) => length)).toEqual([5, sent.length - 5]);
    expect(join(pieces)).toEqual(sent);
  });

  test('a message without a frame', () => {
    const sent = image(3000, 1);
    const splitter = openBody();
    expect(parts(sent).flatMap((part) => splitter.toPieces(part))).toEqual([]);
    expect(splitter.atEnd()).toEqual([sent]);
  });
});

test('what is not compressed is cut as a whole, whatever else its flags say', () => {
  const seen: number[] = [];
  const cutWhole = ({ length }: Uint8Array) => {
    seen.push(length);
    return undefined;
  };
  const splitter = open({ cutWhole });
  for (const [flags, size] of [
    [0, 10],
    [1, 20],
    [2, 30],
    [3, 40],
    [0x80, 50],
  ] as const) {
    splitter.toPieces(frame(new Uint8Array(size), flags));
  }
  expect(seen).toEqual([10, 30, 50]);
  const body = createBodySplitter(optionsWith({ cutWhole }));
  body.toPieces(new Uint8Array(60));
  body.atEnd();
  expect(seen.at(-1)).toBe(60);
});

test('of a message that is too large no more is passed on than shows it', () => {
  const framed = open();
  expect(join(framed.toPieces(frame(image(MAX + 1, 1))))).toEqual(frame(image(MAX + 1, 1)).subarray(0, 5));
  expect(framed.toPieces(frame(image(3, 1)))).toEqual([]);
  expect(framed.atEnd()).toEqual([]);
  const body = openBody();
  expect(body.toPieces(new Uint8Array(MAX))).toEqual([]);
  expect(join(body.toPieces(new Uint8Array(10)))).toHaveLength(MAX + 10);
  expect(body.toPieces(new Uint8Array(10))).toEqual([]);
  expect(body.atEnd()).toEqual([]);
});

test('one that is as large as it may be is passed on', () => {
  const sent = frame(new Uint8Array(MAX));
  expect(join(open({ field: undefined }).toPieces(sent))).toEqual(sent);
});

describe('is left as it came', () => {
  test.each([
    ['a compressed message', frame(image(LARGE, 1), 1)],
    ['one that is no image', frame(new Uint8Array(LARGE).fill(0xff))],
  ])('%s', (_, sent) => {
    const splitter = open();
    expect(join(splitter.toPieces(sent))).toEqual(sent);
    expect(splitter.takeCut()).toBeUndefined();
  });

  test('one that never ends: nothing of it is passed on', () => {
    const splitter = open();
    expect(splitter.toPieces(frame(image(LARGE, 1)).subarray(0, -1))).toEqual([]);
  });
});

test.each([
  [1, LARGE],
  [4, LARGE],
  [5, LARGE],
  [60, LARGE],
  [LARGE, LARGE],
  [5, 3],
  [6, 3],
])('bytes that end after %d of a message of %d are cut off', (end, size) => {
  const splitter = open();
  const before = frame(image(3, 1));
  const sent = frame(image(size, 2));
  const pieces = splitter.toPieces(join([before, sent.subarray(0, end)]));
  expect(join(pieces).subarray(0, before.length)).toEqual(before);
  expect(() => splitter.atEnd()).toThrow('the message was cut off');
});

test('bytes that end behind a message are not', () => {
  const splitter = open();
  splitter.toPieces(join([frame(image(3, 1)), frame(image(LARGE, 2))]));
  expect(splitter.atEnd()).toEqual([]);
});

test('memory of a message that does not end is used again, and nothing is put into it any more', () => {
  const blocks = createSharedBlocks();
  const [first, second] = [open({ blocks }), open({ blocks })];
  const sent = frame(image(LARGE, 1));
  first.toPieces(sent.subarray(0, -1));
  first.close();
  second.toPieces(frame(image(LARGE, 2)));
  expect(first.toPieces(sent.subarray(-1))).toEqual([]);
  const cut = second.takeCut();
  expect(cut?.value).toEqual(new Uint8Array(LARGE).fill(2));
  first.close();
  expect(blocks.take(LARGE).buffer).not.toBe(cut?.value.buffer);
});

test('memory is used again when it is released, not before', () => {
  const splitter = open();
  const next = (fill: number) => {
    splitter.toPieces(frame(image(LARGE, fill)));
    return splitter.takeCut();
  };
  const [first, second] = [next(1), next(2)];
  expect(second?.value.buffer).not.toBe(first?.value.buffer);
  expect(first?.value).toEqual(new Uint8Array(LARGE).fill(1));
  first?.release();
  expect(next(3)?.value.buffer).toBe(first?.value.buffer);
  expect(second?.value).toEqual(new Uint8Array(LARGE).fill(2));
});
