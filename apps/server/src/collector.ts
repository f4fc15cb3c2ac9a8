import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** `minor`: what has died young, 0.5 ms; `major`: all of the heap, some 20 ms. */
export type Collection = 'minor' | 'major';

/**
 * Each read, from a connection or a process, leaves a buffer that dies at once. V8 frees it with the next minor collection,
 * but that comes when objects fill the young generation, which they hardly do; the buffers alone make it go through the whole
 * heap instead, several times a second. So it is told after so many bytes: one or two raw frames. With 8 MB there were as
 * few, but a frame took 1.05 times the processor time: fewer buffers stay in the caches.
 */
const COLLECT_READ_BYTES = 2e6;

/**
 * What is under way at two minor collections in a row grows old. V8 by itself would let that grow for thousands of frames
 * before it goes through all of the heap, and a long stream take more memory than a short one.
 */
const COLLECT_ALL_READ_BYTES = 1e9;

/** @returns to be told the bytes of each read */
export function createReadCollector(
  collect: (type: Collection) => () => void = exposeCollection,
): (bytes: number) => void {
  const young = createCollector('minor', COLLECT_READ_BYTES, collect('minor'));
  const all = createCollector('major', COLLECT_ALL_READ_BYTES, collect('major'));
  return (bytes) => {
    young(bytes);
    all(bytes);
  };
}

/**
 * Counts bytes of memory that V8 misjudges, and has this thread's garbage collected after every so many.
 *
 * @returns to be told of bytes that were allocated, or that an object was made for
 */
export function createCollector(
  type: Collection,
  afterBytes: number,
  collect = exposeCollection(type),
): (bytes: number) => void {
  let bytesSince = 0;
  return (bytes) => {
    bytesSince += bytes;
    if (bytesSince < afterBytes) return;
    bytesSince = 0;
    collect();
  };
}

/**
 * A minor collection finds next to nothing alive. Helpers for it take longer to come than it takes, above all where all
 * cores are busy, and buffers that a helper is yet to free still count.
 *
 * What clients have sent ahead lies in read buffers, too, and survives some collections. The heap is small: with
 * the growth that V8 allows it by itself, a dozen such clients have all of it collected three times a second.
 *
 * This and what else is set holds for the process.
 */
const FLAGS = [
  '--no-parallel-scavenge',
  '--no-concurrent-array-buffer-sweeping',
  '--heap-growing-percent=100',
  '--expose-gc',
];

function exposeCollection(type: Collection): () => void {
  for (const flag of FLAGS) setFlagsFromString(flag);
  const gc: (options: { type: Collection }) => void = runInNewContext('gc');
  return () => gc({ type });
}
