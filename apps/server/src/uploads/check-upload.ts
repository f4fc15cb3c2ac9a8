import { crc32 } from 'node:zlib';
import type { NewUpload } from './upload.ts';
import { UploadError } from './upload-error.ts';

/** How much may be kept. */
export interface UploadQuotas {
  readonly maxUploadBytes: number;
  readonly maxUploadTotalBytes: number;
  readonly maxUploads: number;
}

const MAX_TEXT = 255;
const CONTROL = /\p{Cc}/u;

/** @throws {UploadError} `invalid` or `quota`, naming the field or the setting */
export function checkNew({ name, sizeBytes, mediaType }: NewUpload, quotas: UploadQuotas): void {
  if (name.length < 1 || name.length > MAX_TEXT || CONTROL.test(name)) {
    throw new UploadError(
      'invalid',
      `name has ${name.length} characters, allowed are 1 to ${MAX_TEXT}, none of control`,
    );
  }
  if (mediaType.length > MAX_TEXT || CONTROL.test(mediaType)) {
    throw new UploadError('invalid', `media_type is not one, allowed is for example "video/mp4", or none`);
  }
  if (sizeBytes < 1) throw new UploadError('invalid', `size_bytes is ${sizeBytes}, allowed is 1 or more`);
  if (sizeBytes > quotas.maxUploadBytes) {
    throw new UploadError(
      'quota',
      `size_bytes is ${sizeBytes}, MAX_UPLOAD_BYTES allows ${quotas.maxUploadBytes}`,
    );
  }
}

/** @throws {UploadError} `quota` where one more of this size is too much beside `sizes` */
export function checkRoom(sizeBytes: number, sizes: readonly number[], quotas: UploadQuotas): void {
  const { maxUploads, maxUploadTotalBytes } = quotas;
  if (sizes.length >= maxUploads) {
    throw new UploadError(
      'quota',
      `there are ${sizes.length} uploads already, MAX_UPLOADS allows ${maxUploads}`,
    );
  }
  const total = sizes.reduce((sum, size) => sum + size, sizeBytes);
  if (total > maxUploadTotalBytes) {
    throw new UploadError(
      'quota',
      `all uploads together would have ${total} bytes, MAX_UPLOAD_TOTAL_BYTES allows ${maxUploadTotalBytes}`,
    );
  }
}

/** @param owned sizes of the owner's uploads @throws {UploadError} `quota` where this one more is too much */
export function checkOwned({ owner, sizeBytes, ...quotas }: NewUpload, owned: readonly number[]): void {
  const { maxOwned = Number.POSITIVE_INFINITY, maxOwnedBytes = Number.POSITIVE_INFINITY } = quotas;
  if (owned.length >= maxOwned) {
    throw new UploadError(
      'quota',
      `${owner} has ${owned.length} uploads already, its quota allows ${maxOwned}`,
    );
  }
  const total = owned.reduce((sum, size) => sum + size, sizeBytes);
  if (total > maxOwnedBytes) {
    throw new UploadError(
      'quota',
      `all uploads of ${owner} would have ${total} bytes, its quota allows ${maxOwnedBytes}`,
    );
  }
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
    throw new UploadError('invalid', `data has ${data.length} bytes, allowed are 1 to ${maxPieceBytes}`);
  }
  if (offsetBytes < 0)
    throw new UploadError('invalid', `offset_bytes is ${offsetBytes}, allowed is 0 or more`);
  if (offsetBytes + data.length > sizeBytes) {
    throw new UploadError(
      'invalid',
      `the piece ends at ${offsetBytes + data.length}, the upload was announced with ${sizeBytes} bytes`,
    );
  }
  const actual = piece.crc32 === undefined ? undefined : crc32(data);
  if (actual !== piece.crc32) {
    throw new UploadError(
      'invalid',
      `crc32 is ${piece.crc32}, that of data is ${actual}; send the piece again`,
    );
  }
}
