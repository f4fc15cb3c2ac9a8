import { expect, test } from 'vitest';
import { copyBytes } from '../src/copy-bytes.ts';

const numbered = (length: number) => Uint8Array.from({ length }, (_, i) => i + 1);

test.each([
  ['nothing', 0, 4],
  ['one byte', 1, 4],
  ['to the very end', 5, 3],
  ['to an odd place', 4, 1],
  ['all of it', 8, 0],
])('copies %s', (_, length, at) => {
  const target = new Uint8Array(new SharedArrayBuffer(8));
  copyBytes(numbered(length), target, at);
  const expected = new Uint8Array(8);
  expected.set(numbered(length), at);
  expect([...target]).toEqual([...expected]);
});

test('copies a part of something larger, to the beginning', () => {
  const target = new Uint8Array(new SharedArrayBuffer(4));
  copyBytes(numbered(9).subarray(3, 6), target);
  expect([...target]).toEqual([4, 5, 6, 0]);
});

test('copies from one place to another', () => {
  const target = new Uint8Array(new SharedArrayBuffer(5));
  copyBytes(numbered(9), target, 1, 3, 6);
  expect([...target]).toEqual([0, 4, 5, 6, 0]);
  copyBytes(numbered(9), target, 4, 8);
  expect([...target]).toEqual([0, 4, 5, 6, 9]);
});

test('does not cut off what has no room', () => {
  const target = new Uint8Array(4);
  expect(() => copyBytes(numbered(3), target, 2)).toThrow(RangeError);
  expect(() => copyBytes(numbered(3), target, 0, 1, 4)).toThrow(RangeError);
  expect([...target]).toEqual([0, 0, 0, 0]);
});
