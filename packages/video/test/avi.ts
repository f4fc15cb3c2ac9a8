// Small AVI files, written by hand: a test needs no encoder, and can lie in the headers.
import sharp, { type Sharp } from 'sharp';

export interface AviOptions {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly framesPerSecond?: number;
  /** What the headers say in place of the pictures' size. */
  readonly declared?: { readonly width: number; readonly height: number };
  /** What the headers say in place of their number. */
  readonly declaredFrames?: number;
  /** Frame k (from 1), in place of one grey of the video's size. */
  readonly pictureOf?: (frame: number) => Sharp;
}

/** Frame k (from 1) is filled with this grey. */
export function greyOf(frame: number): number {
  return (frame * 37) % 256;
}

/** Frame k (from 1). */
export function greyPicture(frame: number, width: number, height: number): Sharp {
  const grey = greyOf(frame);
  return sharp({ create: { width, height, channels: 3, background: { r: grey, g: grey, b: grey } } });
}

/** A MJPEG video whose frames are of one grey each. */
export async function writeAvi(options: AviOptions): Promise<Buffer> {
  const { width, height, frames, framesPerSecond = 25, declared = { width, height } } = options;
  const pictures: Buffer[] = [];
  for (let frame = 1; frame <= frames; frame++) {
    const picture = options.pictureOf?.(frame) ?? greyPicture(frame, width, height);
    pictures.push(await picture.jpeg({ quality: 95 }).toBuffer());
  }
  const { declaredFrames = frames } = options;
  const header = chunk(
    'strh',
    Buffer.from('vidsMJPG'),
    int32s(0, 0, 0, 1, framesPerSecond, 0, declaredFrames, 2 ** 20, -1, 0, 0, 0),
  );
  const { width: w, height: h } = declared;
  const format = chunk(
    'strf',
    int32s(40, w, h),
    Buffer.from([1, 0, 24, 0]),
    Buffer.from('MJPG'),
    int32s((w * h * 3) % 2 ** 31, 0, 0, 0, 0),
  );
  return avi(
    options,
    [list('strl', header, format)],
    pictures.map((picture) => chunk('00dc', picture)),
  );
}

/** An AVI file with a second of silence and no picture. */
export function writeSilentAvi(): Buffer {
  const rate = 8000;
  const header = chunk('strh', Buffer.from('auds'), int32s(1, 0, 0, 0, 1, rate, 0, rate, rate, -1, 1, 0, 0));
  const format = chunk('strf', Buffer.from([1, 0, 1, 0]), int32s(rate, rate), Buffer.from([1, 0, 8, 0]));
  return avi(
    { width: 0, height: 0, frames: 0 },
    [list('strl', header, format)],
    [chunk('00wb', Buffer.alloc(rate, 128))],
  );
}

function avi(options: AviOptions, streams: Buffer[], samples: Buffer[]): Buffer {
  const { width, height, framesPerSecond = 25, declared = { width, height } } = options;
  const { declaredFrames = options.frames } = options;
  const microseconds = Math.round(1e6 / framesPerSecond);
  const main = int32s(
    microseconds,
    2 ** 20,
    0,
    0,
    declaredFrames,
    0,
    streams.length,
    2 ** 20,
    declared.width,
    declared.height,
    0,
    0,
    0,
    0,
  );
  const body = Buffer.concat([list('hdrl', chunk('avih', main), ...streams), list('movi', ...samples)]);
  return chunk('RIFF', Buffer.from('AVI '), body);
}

function list(kind: string, ...parts: Buffer[]): Buffer {
  return chunk('LIST', Buffer.from(kind), ...parts);
}

function chunk(name: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(name), int32s(body.length), body, Buffer.alloc(body.length % 2)]);
}

function int32s(...values: number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer);
}
