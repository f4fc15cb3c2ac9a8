import { expect, test } from 'vitest';
import { createSharedBlocks } from '../../src/detector/shared-blocks.ts';

test('gives as much as is asked for, where other threads can see it', () => {
  const taken = createSharedBlocks().take(3);
  expect(taken).toHaveLength(3);
  expect(taken.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('memory is used again once it is given back, not before', () => {
  const blocks = createSharedBlocks();
  const [first, second] = [blocks.take(100), blocks.take(100)];
  expect(second.buffer).not.toBe(first.buffer);
  blocks.give(first);
  expect(blocks.take(50).buffer).toBe(first.buffer);
});

test('what does not fit gets memory of its own', () => {
  const blocks = createSharedBlocks();
  const small = blocks.take(10);
  blocks.give(small);
  const large = blocks.take(small.buffer.byteLength + 1);
  expect(large.buffer).not.toBe(small.buffer);
  expect(large).toHaveLength(small.buffer.byteLength + 1);
});

test('a small picture does not hold the memory of a large one', () => {
  const blocks = createSharedBlocks();
  const large = blocks.take(2 ** 22);
  blocks.give(large);
  expect(blocks.take(2 ** 16).buffer).not.toBe(large.buffer);
  expect(blocks.take(2 ** 21).buffer).toBe(large.buffer);
});

test('what lies unused is bounded, in bytes', () => {
  const blocks = createSharedBlocks(2 ** 18);
  const [oldest, newest] = [blocks.take(1), blocks.take(1)];
  blocks.give(oldest);
  blocks.give(newest);
  expect(blocks.take(1).buffer).toBe(newest.buffer);
  expect(blocks.take(1).buffer).not.toBe(oldest.buffer);
});

test('one that is too large to be kept drives no other out', () => {
  const blocks = createSharedBlocks(2 ** 20);
  const [small, large] = [blocks.take(1), blocks.take(2 ** 21)];
  blocks.give(small);
  blocks.give(large);
  expect(blocks.take(1).buffer).toBe(small.buffer);
  expect(blocks.take(2 ** 21).buffer).not.toBe(large.buffer);
});

test('only new blocks count as allocated, large ones too', () => {
  let bytes = 0;
  const blocks = createSharedBlocks(160e6, (more) => {
    bytes += more;
  });
  for (let i = 0; i < 10; i++) {
    const four = Array.from({ length: 4 }, () => blocks.take(36e6));
    for (const block of four) blocks.give(block);
  }
  expect(bytes).toBeGreaterThanOrEqual(4 * 36e6);
  expect(bytes).toBeLessThan(4 * 37e6);
});

test('what nobody gives back does not pile up', () => {
  const blocks = createSharedBlocks();
  const before = process.memoryUsage().rss;
  let most = 0;
  for (let i = 0; i < 40; i++) {
    blocks.take(64e6).fill(1);
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  expect(most).toBeLessThan(800e6);
});
