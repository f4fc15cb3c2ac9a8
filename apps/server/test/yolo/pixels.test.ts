import { expect, test } from 'vitest';
import { PIXEL_MODES, type PixelMode, type Pixels } from '../../src/yolo/pixels.ts';

/** What the kernel would read: one RGB triple per pixel. */
function rgbOf(pixels: Pixels): number[][] {
  return Array.from({ length: pixels.width * pixels.height }, (_, i) =>
    [0, pixels.greenOffset, pixels.blueOffset].map((at) => pixels.data[i * pixels.pixelBytes + at] as number),
  );
}

const cases: [mode: PixelMode, data: number[], rgb: number[][]][] = [
  [
    'RGB',
    [1, 2, 3, 4, 5, 6],
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
  [
    'RGBA',
    [1, 2, 3, 0, 4, 5, 6, 255],
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
  [
    'L',
    [7, 200],
    [
      [7, 7, 7],
      [200, 200, 200],
    ],
  ],
  [
    'LA',
    [7, 0, 200, 9],
    [
      [7, 7, 7],
      [200, 200, 200],
    ],
  ],
  // Pillow's own answers: Image.frombytes('CMYK', (2, 1), ...).convert('RGB')
  [
    'CMYK',
    [0, 128, 255, 0, 10, 20, 30, 40],
    [
      [255, 127, 0],
      [207, 198, 190],
    ],
  ],
  [
    '1',
    [0b01000000],
    [
      [0, 0, 0],
      [255, 255, 255],
    ],
  ],
  // little-endian: the second byte is the high one
  [
    'I;16',
    [0xff, 0x12, 0x00, 0xfe],
    [
      [0x12, 0x12, 0x12],
      [0xfe, 0xfe, 0xfe],
    ],
  ],
];

test.each(cases)('mode %s', (mode, data, rgb) => {
  const { bytesPerRow, toPixels } = PIXEL_MODES[mode];
  expect(bytesPerRow(2)).toBe(data.length);
  expect(rgbOf(toPixels(Uint8Array.from(data), { width: 2, height: 1 }))).toEqual(rgb);
});

test('each row of mode 1 starts on a new byte', () => {
  expect(PIXEL_MODES['1'].bytesPerRow(9)).toBe(2);
  const pixels = PIXEL_MODES['1'].toPixels(Uint8Array.from([0, 0x80, 0xff, 0]), { width: 9, height: 2 });
  expect([...pixels.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0]);
});
