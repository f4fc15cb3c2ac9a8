/** Where one part of a file ends and the next begins, by its format. Good files only: nothing is checked. */
export type Boundaries = (bytes: Buffer) => number[];

/** JPEG: the segments up to the pixels, which are cut in the middle. */
export const jpegBoundaries: Boundaries = (bytes) => {
  const found = [2];
  for (let at = 2; at + 4 <= bytes.length && bytes[at + 1] !== 0xda; ) {
    at += 2 + bytes.readUInt16BE(at + 2);
    found.push(at);
  }
  return [...found, Math.floor(bytes.length / 2), bytes.length - 2];
};

/** PNG: its chunks. */
export const pngBoundaries: Boundaries = (bytes) => {
  const found = [8];
  for (let at = 8; at + 12 <= bytes.length; found.push(at)) at += 12 + bytes.readUInt32BE(at);
  return found;
};

/** WebP and AVI: the chunks of RIFF, and those within lists. */
export const riffBoundaries: Boundaries = (bytes) => {
  const found: number[] = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    found.push(at);
    const isList = bytes.toString('latin1', at, at + 4) === 'LIST';
    at += isList ? 12 : 8 + bytes.readUInt32LE(at + 4) + (bytes.readUInt32LE(at + 4) % 2);
  }
  return found;
};

const BOXES_OF_BOXES = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts', 'iprp', 'ipco', 'dinf'];

/** MP4 and AVIF: the boxes of ISO 14496-12, and those within boxes. */
export const isoBoundaries: Boundaries = (bytes) => {
  const found: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    found.push(at);
    const holdsBoxes = BOXES_OF_BOXES.includes(bytes.toString('latin1', at + 4, at + 8));
    const size = bytes.readUInt32BE(at) || bytes.length - at;
    at += holdsBoxes ? 8 : Math.max(8, size);
  }
  return found;
};

/** GIF and TIFF, whose parts lie anywhere: eighths. */
export const anyBoundaries: Boundaries = (bytes) =>
  Array.from({ length: 8 }, (_, part) => Math.floor((bytes.length * part) / 8));
