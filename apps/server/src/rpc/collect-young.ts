import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Read buffers of so many bytes are left to be collected: some ten raw frames. */
const COLLECT_AFTER_BYTES = 16e6;

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

function exposeMinorCollection(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: (options: { type: 'minor' }) => void = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return () => gc({ type: 'minor' });
}
