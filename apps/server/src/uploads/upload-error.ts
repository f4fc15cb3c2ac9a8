import { errorCode } from '@boxwire/video/error-code';
import { isDiskFull } from '../disk-full.ts';

/**
 * - `invalid`: a field is wrong; the message names it, its value and what is allowed
 * - `not-found`: there is no such upload: it never was, was deleted, or has expired
 * - `gap`: a piece begins behind what is committed; `committedBytes` says where it must begin
 * - `incomplete`: bytes are missing
 * - `quota`: a limit is exceeded, or the disk is full; the message names it
 * - `not-writable`: the folder cannot be written to
 */
export type UploadErrorKind = 'invalid' | 'not-found' | 'gap' | 'incomplete' | 'quota' | 'not-writable';

/** What a caller may be told. */
export class UploadError extends Error {
  readonly kind: UploadErrorKind;
  /** Of a `gap`. */
  readonly committedBytes: number | undefined;

  constructor(kind: UploadErrorKind, message: string, options?: ErrorOptions & { committedBytes?: number }) {
    super(message, options);
    this.name = 'UploadError';
    this.kind = kind;
    this.committedBytes = options?.committedBytes;
  }
}

/** What is said of an upload that is not there, or not there for who asks. */
export function noSuchUpload(): UploadError {
  return new UploadError('not-found', 'there is no such upload: it was deleted, has expired, or never was');
}

const NOT_WRITABLE = ['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EEXIST'];

/**
 * Throws a failure as callers are told it, where it is one of the folder; the path stays in the cause.
 * @throws {UploadError} `quota` or `not-writable`, otherwise what it is given
 */
export function throwStorageError(cause: unknown): never {
  const code = errorCode(cause) ?? '';
  if (isDiskFull(cause)) {
    throw new UploadError('quota', 'the disk that UPLOAD_DIR is on is full', { cause });
  }
  if (NOT_WRITABLE.includes(code)) {
    throw new UploadError('not-writable', `the server cannot write to its UPLOAD_DIR (${code})`, { cause });
  }
  throw cause;
}
