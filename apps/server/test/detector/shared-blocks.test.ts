import { expect, test } from 'vitest';
import { createSharedBlocks } from '../../src/detector/shared-blocks.ts';

test('gives as much as is asked for, where other threads can see it', () => {
  const taken = createSharedBlocks(1).take(3);
  expect(taken).toHaveLength(3);
  expect(taken.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('memory is used again once it is given back, not before', () => {
  const blocks = createSharedBlocks(2);
  const [first, second] = [blocks.take(100), blocks.take(100)];
  expect(second.buffer).not.toBe(first.buffer);
  blocks.give(first);
  expect(blocks.take(50).buffer).toBe(first.buffer);
});

test('what does not fit gets memory of its own', () => {
  const blocks = createSharedBlocks(2);
  const small = blocks.take(10);
  blocks.give(small);
  const large = blocks.take(small.buffer.byteLength + 1);
  expect(large.buffer).not.toBe(small.buffer);
  expect(large).toHaveLength(small.buffer.byteLength + 1);
});

test('a small picture does not hold the memory of a large one', () => {
  const blocks = createSharedBlocks(2);
  const large = blocks.take(2 ** 22);
  blocks.give(large);
  expect(blocks.take(2 ** 16).buffer).not.toBe(large.buffer);
  expect(blocks.take(2 ** 21).buffer).toBe(large.buffer);
});

test('what lies unused is bounded', () => {
  const blocks = createSharedBlocks(1);
  const [oldest, newest] = [blocks.take(1), blocks.take(1)];
  blocks.give(oldest);
  blocks.give(newest);
  expect(blocks.take(1).buffer).toBe(newest.buffer);
  expect(blocks.take(1).buffer).not.toBe(oldest.buffer);
});
