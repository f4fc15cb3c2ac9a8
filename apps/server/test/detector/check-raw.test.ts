import { expect, test } from 'vitest';
import { checkRaw } from '../../src/detector/check-raw.ts';
import type { SourceImage } from '../../src/detector/detector.ts';

const MAX_PIXELS = 1_000_000;

test('says the layout of pixels that are what their fields say', () => {
  const image = { mode: 'LA', width: 2, height: 1, data: Uint8Array.from([1, 2, 3, 4]) };
  expect(checkRaw(image, MAX_PIXELS)).toBe('LA');
});

const raw = (mode: string, width: number, height: number, bytes: number): SourceImage => ({
  ...{ mode, width, height },
  data: new Uint8Array(bytes),
});

const refused: [name: string, image: SourceImage, kind: string, message: string][] = [
  ['mode P', raw('P', 1, 1, 1), 'invalid', 'the palette of mode P does not travel'],
  [
    'an unknown mode',
    raw('YCbCr', 1, 1, 3),
    'invalid',
    'mode is "YCbCr", allowed are 1, CMYK, I;16, L, LA, RGB, RGBA, or none for an encoded file',
  ],
  ['a name that objects have', raw('toString', 1, 1, 3), 'invalid', 'mode is "toString"'],
  ['no width', raw('RGB', 0, 4, 3), 'invalid', 'width and height are 0 and 4'],
  ['a negative height', raw('RGB', 4, -1, 3), 'invalid', 'width and height are 4 and -1'],
  ['too few bytes', raw('RGB', 4, 2, 23), 'invalid', 'data has 23 bytes, 4x2 pixels of mode RGB take 24'],
  ['too many bytes', raw('1', 9, 2, 5), 'invalid', 'data has 5 bytes, 9x2 pixels of mode 1 take 4'],
  [
    'pixels beyond the limit',
    raw('L', 2 ** 31 - 1, 2 ** 31 - 1, 1),
    'too-large',
    'MAX_PIXELS allows 1000000',
  ],
];

test.each(refused)('refuses %s', (_, image, kind, message) => {
  expect(() => checkRaw(image, MAX_PIXELS)).toThrow(
    expect.objectContaining({ kind, message: expect.stringContaining(message) }),
  );
});
