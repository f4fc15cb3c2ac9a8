const SMALLEST_BYTES = 64 * 1024;
const FIRST_BYTES = 512 * 1024;

/** What a piece should take: long enough to be worth a call, short enough to show progress and to let others by. */
const WANTED_MS = 700;

/**
 * How large the next piece should be.
 *
 * @param maxBytes the server's limit
 * @param last what the last piece took; undefined before the first
 */
export function nextPieceBytes(maxBytes: number, last?: { bytes: number; tookMs: number }): number {
  if (!last) return Math.min(FIRST_BYTES, maxBytes);
  const fitting = (last.bytes / Math.max(last.tookMs, 1)) * WANTED_MS;
  // Doubling at most: one quick answer is no proof of a quick line.
  return Math.round(Math.min(Math.max(Math.min(fitting, last.bytes * 2), SMALLEST_BYTES), maxBytes));
}
