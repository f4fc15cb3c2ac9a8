import { expect, test } from 'vitest';
import { parseDisplayMatrix, readDisplayMatrix } from '../src/display-matrix.ts';

const ONE = 65536;

/** A display matrix whose upper left quarter is (a b / c d). */
function matrix(a: number, b: number, c: number, d: number): Buffer {
  return Buffer.from(Int32Array.of(a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 2 ** 30).buffer);
}

test.each([
  ['upright', matrix(1, 0, 0, 1), 0, []],
  ['a quarter clockwise', matrix(0, 1, -1, 0), 90, ['transpose=clock']],
  ['half around', matrix(-1, 0, 0, -1), 180, ['hflip', 'vflip']],
  ['a quarter counterclockwise', matrix(0, -1, 1, 0), 270, ['transpose=cclock']],
  ['left and right swapped', matrix(-1, 0, 0, 1), 180, ['hflip']],
  ['top and bottom swapped', matrix(1, 0, 0, -1), 0, ['vflip']],
  ['along the diagonal', matrix(0, 1, 1, 0), 90, ['transpose=cclock_flip']],
  ['along the other diagonal', matrix(0, -1, -1, 0), 270, ['transpose=clock_flip']],
  ['turned by 30 degrees, which is left alone', matrix(0.866, 0.5, -0.5, 0.866), 0, []],
  ['all zero', matrix(0, 0, 0, 0), 0, []],
  ['too short', Buffer.alloc(8), 0, []],
  ['absent', null, 0, []],
])('%s', (_name, bytes, rotation, filters) => {
  expect(readDisplayMatrix(bytes)).toEqual({ rotation, filters });
});

test.each([
  ['a quarter clockwise', [0, ONE, 0, -ONE, 0, 0, 0, 0, 2 ** 30], 90],
  ['too short', [0, ONE, 0, -ONE], 0],
])('as ffprobe writes it: %s', (_name, values, rotation) => {
  const row = (index: number) =>
    values.slice(3 * index, 3 * index + 3).map((value) => `${value}`.padStart(12));
  const text = [0, 1, 2].map((index) => `0000000${index}:${row(index).join('')}\n`).join('');
  expect(parseDisplayMatrix(`\n${text}`).rotation).toBe(rotation);
});

test.each([undefined, '', 'no matrix', '00000000: a b c'])('as ffprobe writes it: %j', (text) => {
  expect(parseDisplayMatrix(text)).toEqual({ rotation: 0, filters: [] });
});
