import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Read buffers of so many bytes are left to be collected: two or three raw frames. With 8 MB V8 was now and then of the
 * opinion that its whole heap had grown too much, with 16 MB always.
 */
const COLLECT_AFTER_BYTES = 4e6;

/**
 * Such a collection finds next to nothing alive. Helpers for it take longer to come than it takes, above all where all
 * cores are busy, and buffers that a helper is yet to free still count.
 */
const WITHOUT_HELPERS = ['--no-parallel-scavenge', '--no-concurrent-array-buffer-sweeping'];

/**
 * Counts bytes that were read from connections, and collects what is young after every so many. Each read leaves a
 * buffer that dies at once. V8 frees it with the next scavenge, but that comes when objects fill the young generation,
 * which they hardly do; the buffers alone make it go through the whole heap instead, four times a second.
 */
export function createYoungCollector(collect = exposeMinorCollection()): (bytes: number) => void {
  let bytesSince = 0;
  return (bytes) => {
    bytesSince += bytes;
    if (bytesSince < COLLECT_AFTER_BYTES) return;
    bytesSince = 0;
    collect();
  };
}

/** Holds for the whole process: its other threads have no collections to speak of. */
function exposeMinorCollection(): () => void {
  for (const flag of [...WITHOUT_HELPERS, '--expose-gc']) setFlagsFromString(flag);
  const gc: (options: { type: 'minor' }) => void = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return () => gc({ type: 'minor' });
}
