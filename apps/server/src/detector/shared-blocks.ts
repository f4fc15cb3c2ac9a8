import { createCollector } from '../collector.ts';

/** Memory that workers can see, used again and again: the pages of a new block cost more than what is written to them. */
export interface SharedBlocks {
  /** Bytes that nobody else has, with anything in them. */
  take(bytes: number): Uint8Array<SharedArrayBuffer>;
  /** Gives back what was taken, once and from its first byte: nobody may count on what is in it any more. What is not given back is collected. */
  give(taken: Uint8Array<SharedArrayBuffer>): void;
}

/** Whether workers can see the bytes where they are. */
export function isShared(bytes: Uint8Array): bytes is Uint8Array<SharedArrayBuffer> {
  return bytes.buffer instanceof SharedArrayBuffer;
}

/** Blocks are multiples of this, so that pictures of about one size share them. */
const BLOCK_BYTES = 2 ** 18;
/** A block may be so many times as large as what it is used for. */
const MAX_SLACK = 4;
/** What lies unused at most, in each collection of blocks: four pictures of 12 megapixels, or a hundred raw frames. */
const MAX_KEPT_BYTES = 160e6;
/** V8 does not count shared memory: it would not notice how much of it nobody holds any more. */
const COLLECT_AFTER_BYTES = 2 ** 28;

/** @param allocated told of each new block's bytes */
export function createSharedBlocks(
  maxKeptBytes = MAX_KEPT_BYTES,
  allocated = createCollector('major', COLLECT_AFTER_BYTES),
): SharedBlocks {
  const free: SharedArrayBuffer[] = [];
  let keptBytes = 0;

  function allocate(bytes: number): SharedArrayBuffer {
    allocated(bytes);
    return new SharedArrayBuffer(bytes);
  }

  function pick(index: number): SharedArrayBuffer | undefined {
    const [block] = index >= 0 ? free.splice(index, 1) : [];
    keptBytes -= block?.byteLength ?? 0;
    return block;
  }

  return {
    take(bytes) {
      const size = Math.max(1, Math.ceil(bytes / BLOCK_BYTES)) * BLOCK_BYTES;
      // The latest first: it may still be in a cache.
      const fitting = free.findLastIndex(
        ({ byteLength }) => byteLength >= size && byteLength <= size * MAX_SLACK,
      );
      return new Uint8Array(pick(fitting) ?? allocate(size), 0, bytes);
    },
    give({ buffer }) {
      if (buffer.byteLength > maxKeptBytes) return;
      free.push(buffer);
      keptBytes += buffer.byteLength;
      // What fitted nobody the longest goes first: frames may have become larger.
      while (keptBytes > maxKeptBytes) pick(0);
    },
  };
}
