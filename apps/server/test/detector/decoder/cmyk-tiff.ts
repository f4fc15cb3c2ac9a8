const SHORT = 3;
const LONG = 4;
const TAG_BYTES = 12;

type Tag = readonly [tag: number, type: number, values: readonly number[]];

export interface CmykTiffOptions {
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16;
  /** Of every pixel: four inks, then what else there is. */
  readonly samples: readonly number[];
}

/** An uncompressed little-endian TIFF of inks, which sharp writes in 8 bits and without alpha only. */
export function cmykTiff({ width, height, bits, samples }: CmykTiffOptions): Buffer {
  const pixel = bits === 8 ? Buffer.from(samples) : Buffer.from(Uint16Array.from(samples).buffer);
  const strip = Buffer.alloc(width * height * pixel.length, pixel);
  const tagsFor = (lists: number, stripAt: number): Tag[] => [
    [256, LONG, [width]],
    [257, LONG, [height]],
    [258, SHORT, [lists, samples.length]], // bits per sample
    [259, SHORT, [1]], // not compressed
    [262, SHORT, [5]], // inks
    [273, LONG, [stripAt]],
    [277, SHORT, [samples.length]],
    [278, LONG, [height]],
    [279, LONG, [strip.length]],
    [338, SHORT, [2, samples.length - 4]], // alpha, and anything after it
  ];
  const listAt = 8 + 2 + TAG_BYTES * tagsFor(0, 0).length + 4;
  const list = Buffer.from(Uint16Array.from(samples, () => bits).buffer);
  const tags = tagsFor(listAt, listAt + list.length).filter(([tag]) => tag !== 338 || samples.length > 4);
  const directory = Buffer.alloc(listAt - 8);
  directory.writeUInt16LE(tags.length);
  for (const [i, [tag, type, [value = 0, count = 1]]] of tags.entries()) {
    const at = 2 + TAG_BYTES * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(count, at + 4);
    directory.writeUInt32LE(value, at + 8);
  }
  return Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), directory, list, strip]);
}
