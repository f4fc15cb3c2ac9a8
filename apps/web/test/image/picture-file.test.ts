import { expect, it } from 'vitest';
import { formatBytes, isClearlyNoPicture } from '../../src/image/picture-file.ts';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1 kB'],
  [137_419, '137 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [2_440_000, '2.4 MB'],
  [12_600_000, '13 MB'],
])('formats %i as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  ['image/jpeg', false],
  ['image/x-unknown', false],
  ['', false],
  ['application/octet-stream', false],
  ['text/plain', true],
  ['video/mp4', true],
])('a file of type %o is clearly no picture: %o', (type, expected) => {
  expect(isClearlyNoPicture({ type })).toBe(expected);
});
