import { expect, test } from 'vitest';
import { freeBytes } from '../../src/detector/free-bytes.ts';

const LARGE = 2 ** 20;

test('large bytes are given back, once', () => {
  const message = new Uint8Array(LARGE + 20);
  const data = message.subarray(16, 16 + LARGE);
  freeBytes(data);
  expect([data.length, message.buffer.detached]).toEqual([0, true]);
  freeBytes(data);
});

test.each([
  ['small ones', new Uint8Array(1000)],
  ['a part of something larger', new Uint8Array(2 * LARGE).subarray(0, LARGE)],
  ['what threads share', new Uint8Array(new SharedArrayBuffer(LARGE))],
])('left alone: %s', (_, data) => {
  const { length } = data;
  freeBytes(data);
  expect(data.length).toBe(length);
});
