/** Smaller arrays are often a part of memory that others use as well, and cost little. */
const MIN_BYTES = 2 ** 18;
/** What may stand around the bytes in memory that is theirs alone: the rest of a message. */
const MAX_SURROUNDINGS = 2 ** 10;

/**
 * Gives the memory of large bytes back at once; they have the length 0 then. The garbage collector would do it too,
 * but it looks through the whole heap after every few frames to find them. Nobody else may use the bytes any more.
 */
export function freeBytes({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < MIN_BYTES || buffer.byteLength > byteLength + MAX_SURROUNDINGS) return;
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
