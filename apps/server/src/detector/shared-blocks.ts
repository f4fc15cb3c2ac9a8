/** Memory that workers can see, used again and again: the pages of a new block cost more than what is written to them. */
export interface SharedBlocks {
  /** Bytes that nobody else has, with anything in them. */
  take(bytes: number): Uint8Array<SharedArrayBuffer>;
  /** Gives back what was taken, once and from its first byte: nobody may count on what is in it any more. What is not given back is collected. */
  give(taken: Uint8Array<SharedArrayBuffer>): void;
}

/** Blocks are multiples of this, so that pictures of about one size share them. */
const BLOCK_BYTES = 2 ** 18;
/** A block may be so many times as large as what it is used for. */
const MAX_SLACK = 4;
/** Larger blocks are for rare pictures: they are not kept. */
const MAX_KEPT_BYTES = 2 ** 25;

/** @param maxKept how many blocks wait at most to be used again */
export function createSharedBlocks(maxKept: number): SharedBlocks {
  const free: SharedArrayBuffer[] = [];

  return {
    take(bytes) {
      const size = Math.max(1, Math.ceil(bytes / BLOCK_BYTES)) * BLOCK_BYTES;
      // The latest first: it may still be in a cache.
      const fitting = free.findLastIndex(
        ({ byteLength }) => byteLength >= size && byteLength <= size * MAX_SLACK,
      );
      const [block] = fitting >= 0 ? free.splice(fitting, 1) : [];
      return new Uint8Array(block ?? new SharedArrayBuffer(size), 0, bytes);
    },
    give({ buffer }) {
      if (buffer.byteLength > MAX_KEPT_BYTES) return;
      free.push(buffer);
      // What fitted nobody the longest goes first: frames may have become larger.
      if (free.length > maxKept) free.shift();
    },
  };
}
