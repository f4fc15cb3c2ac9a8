const SHORT = 3;
const LONG = 4;
const TAG_BYTES = 12;

/** By how TIFF numbers them. */
const COLOURS = { RGB: 2, CMYK: 5, CIELab: 8, ICCLab: 9 };

/** Numbers as libvips calls them, and how TIFF does. */
const DEPTHS = {
  uchar: [Uint8Array, 1],
  ushort: [Uint16Array, 1],
  uint: [Uint32Array, 1],
  char: [Int8Array, 2],
  short: [Int16Array, 2],
  int: [Int32Array, 2],
  float: [Float32Array, 3],
  double: [Float64Array, 3],
} as const;

export interface TiffOptions {
  readonly width: number;
  readonly height: number;
  readonly colours: keyof typeof COLOURS;
  readonly depth: keyof typeof DEPTHS;
  /** Of every pixel: its colours, then what else there is. */
  readonly samples: readonly number[];
}

/** An uncompressed little-endian TIFF of one colour, also of kinds that sharp does not write. */
export function tiffOf({ width, height, colours, depth, samples }: TiffOptions): Buffer {
  const [Samples, sampleFormat] = DEPTHS[depth];
  const { buffer, byteLength, BYTES_PER_ELEMENT } = Samples.from(samples);
  const strip = Buffer.alloc(width * height * byteLength, Buffer.from(buffer));
  const extra = samples.length - (colours === 'CMYK' ? 4 : 3);
  const tagCount = extra > 0 ? 12 : 11;
  const list = (value: number) => Buffer.from(Uint16Array.from(samples, () => value).buffer);
  const bitsAt = 8 + 2 + TAG_BYTES * tagCount + 4;
  const formatsAt = bitsAt + 2 * samples.length;
  const stripAt = formatsAt + 2 * samples.length;
  const tags: (readonly [tag: number, type: number, value: number, count?: number])[] = [
    [256, LONG, width],
    [257, LONG, height],
    [258, SHORT, bitsAt, samples.length],
    [259, SHORT, 1], // not compressed
    [262, SHORT, COLOURS[colours]],
    [273, LONG, stripAt],
    [277, SHORT, samples.length],
    [278, LONG, height],
    [279, LONG, strip.length],
    [284, SHORT, 1], // pixel by pixel
    ...(extra > 0 ? [[338, SHORT, 2, extra] as const] : []), // alpha, and anything after it
    [339, SHORT, formatsAt, samples.length],
  ];
  const directory = Buffer.alloc(2 + TAG_BYTES * tagCount + 4);
  directory.writeUInt16LE(tagCount);
  for (const [i, [tag, type, value, count = 1]] of tags.entries()) {
    const at = 2 + TAG_BYTES * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(count, at + 4);
    directory.writeUInt32LE(value, at + 8);
  }
  const start = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  return Buffer.concat([start, directory, list(8 * BYTES_PER_ELEMENT), list(sampleFormat), strip]);
}
