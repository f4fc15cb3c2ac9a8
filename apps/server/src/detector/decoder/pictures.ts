import type { InputOrder } from '../../yolo/input-order.ts';
import { type Letterbox, letterboxFor, type Scaling, type Size } from '../../yolo/letterbox.ts';
import { DecoderPool, type DecoderPoolOptions } from './decoder-pool.ts';

/** A picture as the network takes it; its size is the upright picture's, in pixels. */
export interface PreparedImage<Bytes extends Uint8Array = Uint8Array> extends Size {
  readonly letterbox: Letterbox;
  /** See `NetworkInputWriter.write`. */
  readonly data: Bytes;
  /** What of the time went into scaling, by the decoder's own account. */
  readonly preprocessMs: number;
}

/** What an encoded file says about itself; its size is that of the upright picture, in pixels. */
export interface ImageHeader extends Size {
  /** For example `jpeg`. */
  readonly format: string;
  /** By how much the stored picture is turned clockwise to be upright: 0, 90, 180 or 270. */
  readonly rotation: number;
}

/** An encoded file; width and height are 0 where the caller did not say. */
export interface EncodedImage extends Size {
  readonly data: Uint8Array;
}

/** RGB pixels, row by row. */
export type Frame = EncodedImage;

/**
 * Everything that is done with strangers' pictures before they are pixels, in processes that hold nothing else.
 * All of it throws `DetectorError`; see `DecoderPool.run`.
 */
export interface Pictures {
  /** @param take gives the memory that the network's input is written to */
  prepare<Bytes extends Uint8Array>(
    image: EncodedImage,
    scaling: Scaling,
    take: (bytes: number) => Bytes,
    signal?: AbortSignal,
  ): Promise<PreparedImage<Bytes>>;
  readHeader(data: Uint8Array, signal?: AbortSignal): Promise<ImageHeader>;
  /** A frame as a JPEG whose longer side has at most `sidePx` pixels. */
  toThumbnail(frame: Frame, sidePx: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Ends the processes. */
  close(): Promise<void>;
}

export interface PicturesOptions
  extends Pick<DecoderPoolOptions, 'count' | 'onDeath' | 'main'>,
    Partial<Pick<DecoderPoolOptions, 'limits' | 'timeoutMs'>> {
  /** Width times height that a file may have. */
  readonly maxPixels: number;
  /** As the network takes its input; default: planes. */
  readonly inputOrder?: InputOrder;
}

/** A file that keeps a decoder busy longer than this is given up. */
const DECODE_TIMEOUT_MS = 30_000;
/** While it starts a decoder opens its libraries; then the number is set to 0. */
const OPEN_FILES = 64;
const BASE_BYTES = 2 ** 30;
/** The pixels, what they are made of and what they are turned into, in the most wasteful format. */
const BYTES_PER_PIXEL = 32;
/** Pictures of many hours. A decoder ends by itself before, between two pictures. */
const CPU_SECONDS = 1200;

/** Starts the decoders; resolves when they can be used. */
export async function createPictures({
  maxPixels,
  inputOrder = 'planes',
  ...options
}: PicturesOptions): Promise<Pictures> {
  const memoryBytes = BASE_BYTES + maxPixels * BYTES_PER_PIXEL;
  const pool = await DecoderPool.open({
    timeoutMs: DECODE_TIMEOUT_MS,
    limits: { openFiles: OPEN_FILES, memoryBytes, cpuSeconds: CPU_SECONDS },
    ...options,
  });

  return {
    prepare({ width, height, data }, scaling, take, signal) {
      const accept = (about: unknown, bytes: number) => {
        const prepared = toPrepared(about, scaling, maxPixels);
        const { inputWidth, inputHeight } = prepared.letterbox;
        if (bytes !== 3 * inputWidth * inputHeight) throw new Error('an input of another size');
        const into = take(bytes);
        return { value: { ...prepared, data: into }, into };
      };
      const order = { kind: 'prepare', width, height, maxPixels, scaling, inputOrder } as const;
      return pool.run(order, data, accept, signal);
    },
    readHeader(data, signal) {
      const accept = (about: unknown) => ({ value: toHeader(about), into: new Uint8Array() });
      return pool.run({ kind: 'read-header' }, data, accept, signal);
    },
    toThumbnail({ width, height, data }, sidePx, signal) {
      const accept = (_: unknown, bytes: number) => {
        const into = new Uint8Array(checkWhole(bytes, sidePx ** 2 * 3 + BLOCK_BYTES));
        return { value: into, into };
      };
      return pool.run({ kind: 'shrink', width, height, sidePx }, data, accept, signal);
    },
    close: () => pool.close(),
  };
}

/** More than the head of a JPEG. */
const BLOCK_BYTES = 4096;

type Fields = Readonly<Record<string, unknown>>;

function toPrepared(about: unknown, scaling: Scaling, maxPixels: number): Omit<PreparedImage, 'data'> {
  const { width, height, preprocessMs } = about as Fields;
  const size = { width: checkWhole(width, maxPixels), height: checkWhole(height, maxPixels) };
  if (size.width * size.height > maxPixels) throw new Error('a picture of another size');
  const isTime = typeof preprocessMs === 'number' && preprocessMs >= 0 && preprocessMs < DECODE_TIMEOUT_MS;
  if (!isTime) throw new Error('a time that cannot be');
  return { ...size, letterbox: letterboxFor(size, scaling), preprocessMs };
}

function toHeader(about: unknown): ImageHeader {
  const { format, width, height, rotation } = about as Fields;
  if (typeof format !== 'string' || !/^\w{1,20}$/.test(format)) throw new Error('a strange format');
  const size = { width: checkWhole(width, MAX_SIDE), height: checkWhole(height, MAX_SIDE) };
  if (typeof rotation !== 'number' || ![0, 90, 180, 270].includes(rotation))
    throw new Error('a strange rotation');
  return { format, ...size, rotation };
}

const MAX_SIDE = 2 ** 31 - 1;

function checkWhole(value: unknown, max: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`a number that cannot be: ${String(value).slice(0, 20)}`);
}
