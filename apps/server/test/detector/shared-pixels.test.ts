import { expect, test } from 'vitest';
import { createSharedPixels } from '../../src/detector/shared-pixels.ts';

test('holds a copy that other threads can see', () => {
  const pixels = Uint8Array.from([1, 2, 3]);
  const { data } = createSharedPixels(1).put(pixels);
  expect([...data]).toEqual([1, 2, 3]);
  expect(data.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('memory is used again once it is released, not before', () => {
  const memory = createSharedPixels(2);
  const first = memory.put(new Uint8Array(100));
  const second = memory.put(new Uint8Array(100));
  expect(second.data.buffer).not.toBe(first.data.buffer);
  first.release();
  expect(memory.put(new Uint8Array(50)).data.buffer).toBe(first.data.buffer);
});

test('a picture that does not fit gets memory of its own', () => {
  const memory = createSharedPixels(2);
  const small = memory.put(new Uint8Array(10));
  small.release();
  const large = memory.put(new Uint8Array(small.data.buffer.byteLength + 1));
  expect(large.data.buffer).not.toBe(small.data.buffer);
  expect(large.data).toHaveLength(small.data.buffer.byteLength + 1);
});

test('what lies unused is bounded', () => {
  const memory = createSharedPixels(1);
  const [oldest, newest] = [memory.put(new Uint8Array(1)), memory.put(new Uint8Array(1))];
  oldest.release();
  newest.release();
  expect(memory.put(new Uint8Array(1)).data.buffer).toBe(newest.data.buffer);
  expect(memory.put(new Uint8Array(1)).data.buffer).not.toBe(oldest.data.buffer);
});
