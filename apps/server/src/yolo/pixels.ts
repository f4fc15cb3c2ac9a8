import type { Size } from './letterbox.ts';

/** 8-bit pixels, row by row, no padding between them. Where the channels of one pixel stand is said in bytes. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
  /** Distance from one pixel to the next. */
  readonly pixelBytes: number;
  /** Where green and blue stand after red, which is first: 1 and 2 in colour, 0 and 0 in grey. */
  readonly greenOffset: number;
  readonly blueOffset: number;
}

const COLOUR = { greenOffset: 1, blueOffset: 2 };
const GREY = { greenOffset: 0, blueOffset: 0 };

/** The raw pixel layouts that can be read, by Pillow's names. */
export const PIXEL_MODES = {
  RGB: { bytesPerRow: (width: number) => width * 3, toPixels: viewOf(3, COLOUR) },
  /** Alpha is dropped, not blended, as the reference does. */
  RGBA: { bytesPerRow: (width: number) => width * 4, toPixels: viewOf(4, COLOUR) },
  L: { bytesPerRow: (width: number) => width, toPixels: viewOf(1, GREY) },
  LA: { bytesPerRow: (width: number) => width * 2, toPixels: viewOf(2, GREY) },
  CMYK: { bytesPerRow: (width: number) => width * 4, toPixels: cmykToRgb },
  /** One bit a pixel, the highest first, each row on a new byte; 1 is white. */
  '1': { bytesPerRow: (width: number) => Math.ceil(width / 8), toPixels: bitsToGrey },
  /** Little-endian; the high byte is what an 8-bit picture would hold. */
  'I;16': { bytesPerRow: (width: number) => width * 2, toPixels: viewOfHighByte },
} as const;

export type PixelMode = keyof typeof PIXEL_MODES;

function viewOf(pixelBytes: number, offsets: Pick<Pixels, 'greenOffset' | 'blueOffset'>) {
  return (data: Uint8Array, size: Size): Pixels => ({ data, ...sizeOf(size), pixelBytes, ...offsets });
}

function viewOfHighByte(data: Uint8Array, size: Size): Pixels {
  return { data: data.subarray(1), ...sizeOf(size), pixelBytes: 2, ...GREY };
}

/** Ink to light without a colour profile, by Pillow's formula: light = (255 - K) * (255 - ink) / 255. */
function cmykToRgb(data: Uint8Array, size: Size): Pixels {
  const rgb = new Uint8Array(size.width * size.height * 3);
  for (let i = 0, o = 0; o < rgb.length; i += 4, o += 3) {
    const light = 255 - (data[i + 3] as number);
    rgb[o] = light - mulDiv255(data[i] as number, light);
    rgb[o + 1] = light - mulDiv255(data[i + 1] as number, light);
    rgb[o + 2] = light - mulDiv255(data[i + 2] as number, light);
  }
  return { data: rgb, ...sizeOf(size), pixelBytes: 3, ...COLOUR };
}

/** a * b / 255, rounded, for two bytes. */
function mulDiv255(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

function bitsToGrey(data: Uint8Array, size: Size): Pixels {
  const { width, height } = size;
  const rowBytes = Math.ceil(width / 8);
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = data[y * rowBytes + (x >> 3)] as number;
      grey[y * width + x] = (byte >> (7 - (x & 7))) & 1 ? 255 : 0;
    }
  }
  return { data: grey, ...sizeOf(size), pixelBytes: 1, ...GREY };
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}
