// What libvips does with strangers' bytes. Only the decoder's process runs it; the server never loads this file.
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Size } from '../../yolo/letterbox.ts';
import { checkPixels } from '../check-pixels.ts';
import { type DetectorError, invalid } from '../detector-error.ts';
import { showTransparent } from './gif-transparency.ts';
import type { ImageHeader } from './pictures.ts';

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

/** Upright pixels, row by row, no padding, laid out as `mode` says. */
export interface DecodedImage extends Size {
  readonly mode: 'RGB' | 'CMYK';
  readonly data: Buffer;
}

/** What is asked of a file: see `PictureOrder`. */
export interface DecodeOptions extends Size {
  readonly maxPixels: number;
}

/**
 * Turns a file into upright pixels as Pillow does it for the reference: colour profiles ignored, alpha dropped, not
 * blended. Where a GIF's first frame leaves something of the picture uncovered, that is black.
 *
 * @throws {DetectorError} saying what is wrong with it
 */
export async function decodeFile(data: Uint8Array, options: DecodeOptions): Promise<DecodedImage> {
  const file = sharpFor(data);
  const header = await file.metadata().catch((error: Error) => {
    throw invalid(
      `data is not a ${FORMATS} file that can be read, and mode names no raw layout${headerFault(error)}`,
    );
  });
  checkPixels(header.width, header.pageHeight ?? header.height, options.maxPixels);
  checkDeclaredSize(options, header);
  const { space, depth, channels } = header;
  if (space === 'multiband') throw undecodable('its colours are neither grey nor RGB nor CMYK');
  const pixels = file.autoOrient().removeAlpha();
  if (channels < 3) return toRgb(pixels);
  // Of any others, libvips makes colours that are not the file's.
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw undecodable(`colours have 8 or 16 bits without a sign (uchar, ushort), the file's are ${depth}`);
  }
  return space === 'cmyk' ? toCmyk(pixels, depth, channels) : toRgb(pixels);
}

async function toRgb(pixels: Sharp): Promise<DecodedImage> {
  const { data, info } = await toRaw(pixels.toColourspace('srgb'), 'uchar');
  return { mode: 'RGB', width: info.width, height: info.height, data };
}

/** As stored: it is converted as Pillow does it, where libvips would assume a printer's profile. */
async function toCmyk(pixels: Sharp, depth: 'uchar' | 'ushort', channels: number): Promise<DecodedImage> {
  const inks = pixels.pipelineColourspace('cmyk').toColourspace('cmyk');
  // Asked for bytes, libvips would cut off what is more than 255.
  const { data, info } = await toRaw(inks, depth);
  if (info.channels !== 4) throw undecodable(`CMYK has 4 channels, the file has ${channels}`);
  const { width, height } = info;
  return { mode: 'CMYK', width, height, data: depth === 'ushort' ? keepHighBytes(data) : data };
}

function toRaw(pixels: Sharp, depth: 'uchar' | 'ushort') {
  return pixels
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw undecodable(firstLine(error.message));
    });
}

/** Of little-endian numbers of 16 bits, in place. */
function keepHighBytes(data: Buffer): Buffer {
  const bytes = data.subarray(0, data.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = data[2 * i + 1] as number;
  return bytes;
}

function undecodable(reason: string): DetectorError {
  return invalid(`data cannot be decoded: ${reason}`);
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
    .catch((error: Error) => {
      throw invalid(`it is not a ${FORMATS} file that can be read, nor a video${headerFault(error)}`);
    });
  return {
    format,
    rotation: ROTATIONS[orientation - 1] ?? 0,
    width: autoOrient.width,
    height: autoOrient.height,
  };
}

/** Small pictures are looked at, not measured. */
const QUALITY = 72;

/** RGB pixels as a JPEG whose longer side has at most `sidePx` pixels. */
export function toThumbnail(
  data: Uint8Array,
  { width, height, sidePx }: Size & { readonly sidePx: number },
): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: sidePx, height: sidePx, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

function sharpFor(data: Uint8Array): Sharp {
  // The size is checked by us, before any pixel is decoded, with a message of our own.
  return sharp(showTransparent(data), { failOn: 'error', ignoreIcc: true, limitInputPixels: false });
}

/** Why libvips cannot read a file whose format it knows, to be put after what that means; empty if it knows none. */
function headerFault({ message }: Error): string {
  const reason = /has corrupt header: (.+)/.exec(message)?.[1];
  return reason ? ` (${firstLine(reason)})` : '';
}

/** Width and height are optional for a file, but a wrong size means that something was mixed up. */
function checkDeclaredSize({ width, height }: DecodeOptions, header: Metadata): void {
  const stored = { width: header.width, height: header.pageHeight ?? header.height };
  const fits = (size: Size) =>
    (width === 0 || width === size.width) && (height === 0 || height === size.height);
  if (fits(stored) || fits(header.autoOrient)) return;
  throw invalid(
    `width and height are ${width} and ${height}, the file has ${stored.width}x${stored.height} pixels`,
  );
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
}
