import sharp, { type Metadata, type Sharp } from 'sharp';
import { PIXEL_MODES, type PixelMode } from '../yolo/pixels.ts';
import type { SourceImage } from './detector.ts';
import { DetectorError } from './detector-error.ts';

/** Upright pixels, row by row, no padding, laid out as `mode` says. */
export interface DecodedImage {
  readonly mode: PixelMode;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface DecodeLimits {
  /** Width times height that an image may have. */
  readonly maxPixels: number;
}

/** A file that keeps a decoder busy longer than this is given up. */
const DECODE_TIMEOUT_S = 30;

const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF or TIFF';

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif', 'Tiff'].map(
  (name) => `VipsForeignLoad${name}Buffer`,
);

/**
 * Readies libvips for the whole process: only the loaders for the formats that are offered, no cache of what
 * strangers sent, and one thread an image, since several images are decoded side by side.
 */
export function configureDecoder(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  sharp.cache(false);
  sharp.concurrency(1);
}

/**
 * Turns what a caller sent into upright pixels. Raw pixels are checked and handed on as they are. Encoded files
 * are decoded as Pillow does it for the reference: colour profiles ignored, alpha dropped, not blended.
 *
 * @throws {DetectorError} naming the field and what is wrong with it
 */
export async function decodeImage(image: SourceImage, limits: DecodeLimits): Promise<DecodedImage> {
  if (image.data.length === 0) throw new DetectorError('invalid', 'data is empty');
  return image.mode === '' ? decodeFile(image, limits) : checkRaw(image, limits);
}

function checkRaw({ mode, width, height, data }: SourceImage, limits: DecodeLimits): DecodedImage {
  if (!isPixelMode(mode)) {
    const hint = mode === 'P' ? ' (the palette of mode P does not travel: convert to RGB first)' : '';
    throw new DetectorError(
      'invalid',
      `mode is ${JSON.stringify(mode.slice(0, 20))}, allowed are ${Object.keys(PIXEL_MODES).sort().join(', ')}, or none for an encoded file${hint}`,
    );
  }
  if (width < 1 || height < 1) {
    throw new DetectorError(
      'invalid',
      `width and height are ${width} and ${height}, raw pixels need 1 or more`,
    );
  }
  checkPixels(width, height, limits);
  const expected = PIXEL_MODES[mode].bytesPerRow(width) * height;
  if (data.length !== expected) {
    throw new DetectorError(
      'invalid',
      `data has ${data.length} bytes, ${width}x${height} pixels of mode ${mode} take ${expected}`,
    );
  }
  return { mode, width, height, data };
}

function isPixelMode(mode: string): mode is PixelMode {
  return Object.hasOwn(PIXEL_MODES, mode);
}

async function decodeFile(image: SourceImage, limits: DecodeLimits): Promise<DecodedImage> {
  const file = sharpFor(image.data);
  const header = await file.metadata().catch(() => {
    throw new DetectorError(
      'invalid',
      `data is not a ${FORMATS} file that can be read, and mode names no raw layout`,
    );
  });
  checkPixels(header.width, header.pageHeight ?? header.height, limits);
  checkDeclaredSize(image, header);
  const cmyk = header.space === 'cmyk';
  const pixels = file.autoOrient().timeout({ seconds: DECODE_TIMEOUT_S });
  // CMYK stays as stored: it is converted as Pillow does it, where libvips would assume a printer's profile.
  const converted = cmyk
    ? pixels.pipelineColourspace('cmyk').toColourspace('cmyk')
    : pixels.removeAlpha().toColourspace('srgb');
  const { data, info } = await converted
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw new DetectorError('invalid', `data cannot be decoded: ${firstLine(error.message)}`, {
        cause: error,
      });
    });
  return { mode: cmyk ? 'CMYK' : 'RGB', width: info.width, height: info.height, data };
}

function checkPixels(width: number, height: number, { maxPixels }: DecodeLimits): void {
  if (width * height <= maxPixels) return;
  throw new DetectorError(
    'too-large',
    `the image has ${width}x${height} = ${width * height} pixels, MAX_PIXELS allows ${maxPixels}`,
  );
}

/** What an encoded file says about itself. */
export interface ImageHeader {
  /** For example `jpeg`. */
  readonly format: string;
  /** Upright, in pixels. */
  readonly width: number;
  readonly height: number;
  /** By how much the stored picture is turned clockwise to be upright: 0, 90, 180 or 270. */
  readonly rotation: number;
}

/** By EXIF's orientation, from 1; mirroring is left out. */
const ROTATIONS = [0, 0, 180, 180, 90, 90, 270, 270];

/** Of a file that is to be a picture if it is no video. @throws {DetectorError} where it is neither */
export async function readImageHeader(data: Uint8Array): Promise<ImageHeader> {
  const {
    format,
    orientation = 1,
    autoOrient,
  } = await sharpFor(data)
    .metadata()
    .catch(() => {
      throw new DetectorError('invalid', `it is not a ${FORMATS} file that can be read, nor a video`);
    });
  return {
    format,
    rotation: ROTATIONS[orientation - 1] ?? 0,
    width: autoOrient.width,
    height: autoOrient.height,
  };
}

function sharpFor(data: Uint8Array): Sharp {
  // The size is checked by us, before any pixel is decoded, with a message of our own.
  return sharp(data, { failOn: 'error', ignoreIcc: true, limitInputPixels: false });
}

/** Width and height are optional for a file, but a wrong size means that something was mixed up. */
function checkDeclaredSize({ width, height }: SourceImage, header: Metadata): void {
  const stored = { width: header.width, height: header.pageHeight ?? header.height };
  const fits = (size: { width: number; height: number }) =>
    (width === 0 || width === size.width) && (height === 0 || height === size.height);
  if (fits(stored) || fits(header.autoOrient)) return;
  throw new DetectorError(
    'invalid',
    `width and height are ${width} and ${height}, the file has ${stored.width}x${stored.height} pixels`,
  );
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
}
