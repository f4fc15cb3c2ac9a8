const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 30_000;

/**
 * How long to wait before what has died is started anew, in milliseconds: not at all the first time, then longer and
 * longer.
 * @param failures how many starts in a row came to nothing
 */
export function restartDelayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS);
}
