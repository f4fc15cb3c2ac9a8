import type { Growth } from '@boxwire/video';

/** A file did not grow for so long that who decodes it should make room for others. */
export class StarvedError extends Error {
  /** How many bytes there were. */
  readonly committedBytes: number;

  constructor(committedBytes: number) {
    super('no more bytes came');
    this.name = 'StarvedError';
    this.committedBytes = committedBytes;
  }
}

/** The same growth, but that waiting for more fails with StarvedError after `patienceMs`. */
export function patientGrowth(growth: Growth, patienceMs: number): Growth {
  return {
    sizeBytes: growth.sizeBytes,
    get committedBytes() {
      return growth.committedBytes;
    },
    grown() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const timer = setTimeout(() => reject(new StarvedError(growth.committedBytes)), patienceMs);
      growth.grown().then(resolve, reject);
      return promise.finally(() => clearTimeout(timer));
    },
  };
}
