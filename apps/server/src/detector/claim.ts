/** Belongs to a job that was handed over: whether anybody has it yet. Both sides see it, on whatever thread they are. */
export type Claim = Int32Array<SharedArrayBuffer>;

const OPEN = 0;
const TAKEN = 1;

export function createClaim(): Claim {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/**
 * For the worker that wants to begin, and for who handed the job over and wants it back: the first has it.
 *
 * @returns whether that is who asks
 */
export function take(claim: Claim): boolean {
  return Atomics.compareExchange(claim, 0, OPEN, TAKEN) === OPEN;
}
