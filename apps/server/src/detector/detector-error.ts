/**
 * - `invalid`: the image or an option is wrong; the message names the field, its value and what is allowed
 * - `too-large`: a limit is exceeded; the message names it
 * - `overloaded`: too much is waiting already
 * - `unavailable`: a worker died or the detector is closing; the same call may succeed later
 */
export type DetectorErrorKind = 'invalid' | 'too-large' | 'overloaded' | 'unavailable';

/** What a caller may be told. Anything else that is thrown is an internal fault. */
export class DetectorError extends Error {
  readonly kind: DetectorErrorKind;
  /** Of an overload: when there should be room. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: DetectorErrorKind,
    message: string,
    options?: ErrorOptions & { readonly retryAfterMs?: number },
  ) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
    this.name = 'DetectorError';
    this.kind = kind;
  }
}

export function invalid(message: string): DetectorError {
  return new DetectorError('invalid', message);
}

/** What becomes of all that is under way or comes when the detector closes. */
export function closing(): DetectorError {
  return new DetectorError('unavailable', 'the detector is closing');
}
