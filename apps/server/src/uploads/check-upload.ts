import { crc32 } from 'node:zlib';
import type { NewUpload } from './upload.ts';
import { UploadError } from './upload-error.ts';
import type { StoredUpload } from './upload-folder.ts';

/** How much may be kept. */
export interface UploadQuotas {
  readonly maxUploadBytes: number;
  readonly maxUploadTotalBytes: number;
  readonly maxUploads: number;
}

const MAX_TEXT = 255;
const CONTROL = /\p{Cc}/u;

/**
 * @param kept all uploads that there are
 * @throws {UploadError} `invalid` or `quota`, naming the field or the setting
 */
export function checkNew(file: NewUpload, kept: readonly StoredUpload[], quotas: UploadQuotas): void {
  const { name, sizeBytes, mediaType } = file;
  if (name.length < 1 || name.length > MAX_TEXT || CONTROL.test(name)) {
    throw invalid(`name has ${name.length} characters, allowed are 1 to ${MAX_TEXT}, none of control`);
  }
  if (mediaType.length > MAX_TEXT || CONTROL.test(mediaType)) {
    throw invalid('media_type is not one, allowed is for example "video/mp4", or none');
  }
  if (sizeBytes < 1) throw invalid(`size_bytes is ${sizeBytes}, allowed is 1 or more`);
  if (sizeBytes > quotas.maxUploadBytes) {
    throw exceeded(`size_bytes is ${sizeBytes}, MAX_UPLOAD_BYTES allows ${quotas.maxUploadBytes}`);
  }
  checkRoom(sizeBytes, kept, quotas);
  checkOwnRoom(file, kept);
}

function checkRoom(sizeBytes: number, kept: readonly StoredUpload[], quotas: UploadQuotas): void {
  const { maxUploads, maxUploadTotalBytes } = quotas;
  if (kept.length >= maxUploads) {
    throw exceeded(`there are ${kept.length} uploads already, MAX_UPLOADS allows ${maxUploads}`);
  }
  const total = sizeBytes + bytesOf(kept);
  if (total > maxUploadTotalBytes) {
    const allowed = `MAX_UPLOAD_TOTAL_BYTES allows ${maxUploadTotalBytes}`;
    throw exceeded(`all uploads together would have ${total} bytes, ${allowed}`);
  }
}

function checkOwnRoom({ owner = '', sizeBytes, ...quotas }: NewUpload, kept: readonly StoredUpload[]): void {
  const { maxOwned = Number.POSITIVE_INFINITY, maxOwnedBytes = Number.POSITIVE_INFINITY } = quotas;
  const owned = kept.filter((upload) => upload.owner === owner);
  if (owned.length >= maxOwned) {
    throw exceeded(`${owner} has ${owned.length} uploads already, its quota allows ${maxOwned}`);
  }
  const total = sizeBytes + bytesOf(owned);
  if (total > maxOwnedBytes) {
    throw exceeded(`all uploads of ${owner} would have ${total} bytes, its quota allows ${maxOwnedBytes}`);
  }
}

/** As announced. */
function bytesOf(uploads: readonly StoredUpload[]): number {
  return uploads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Larger pieces are no faster, and are what has to be sent again where one is lost. */
const MAX_PIECE_BYTES = 8 * 2 ** 20;
/** What a message has beside its data, generously. */
const MESSAGE_OVERHEAD_BYTES = 256;
/** In JSON, bytes are base64. */
const BYTES_PER_CHARACTER = 3 / 4;

/** The largest piece that fits into a message of whatever encoding. */
export function maxPieceBytes(maxMessageBytes: number): number {
  return Math.min(
    MAX_PIECE_BYTES,
    Math.floor((maxMessageBytes - MESSAGE_OVERHEAD_BYTES) * BYTES_PER_CHARACTER),
  );
}

/** A piece as it came. */
export interface Piece {
  readonly offsetBytes: number;
  readonly data: Uint8Array;
  readonly crc32: number | undefined;
}

/** @throws {UploadError} `invalid`, naming the field */
export function checkPiece(piece: Piece, sizeBytes: number, maxPieceBytes: number): void {
  const { offsetBytes, data } = piece;
  if (data.length < 1 || data.length > maxPieceBytes) {
    throw invalid(`data has ${data.length} bytes, allowed are 1 to ${maxPieceBytes}`);
  }
  if (offsetBytes < 0) throw invalid(`offset_bytes is ${offsetBytes}, allowed is 0 or more`);
  const end = offsetBytes + data.length;
  if (end > sizeBytes) {
    throw invalid(`the piece ends at ${end}, the upload was announced with ${sizeBytes} bytes`);
  }
  const actual = piece.crc32 === undefined ? undefined : crc32(data);
  if (actual !== piece.crc32) {
    throw invalid(`crc32 is ${piece.crc32}, that of data is ${actual}; send the piece again`);
  }
}

function invalid(message: string): UploadError {
  return new UploadError('invalid', message);
}

function exceeded(message: string): UploadError {
  return new UploadError('quota', message);
}
