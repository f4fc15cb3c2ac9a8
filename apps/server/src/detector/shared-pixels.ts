/** Memory for decoded pixels that workers can see, used again and again. */
export interface SharedPixels {
  /** Copies pixels into shared memory; `release` gives it back and must be called once. */
  put(pixels: Uint8Array): { readonly data: Uint8Array<SharedArrayBuffer>; release(): void };
}

/** Blocks are multiples of this, so that frames of about one size share them. */
const BLOCK_BYTES = 1 << 20;
/** Larger blocks are for rare pictures: they are not kept. */
const MAX_KEPT_BYTES = 32 * BLOCK_BYTES;

/** @param maxKept how many blocks wait at most to be used again */
export function createSharedPixels(maxKept: number): SharedPixels {
  const free: SharedArrayBuffer[] = [];

  function take(bytes: number): SharedArrayBuffer {
    const fitting = free.findIndex(({ byteLength }) => byteLength >= bytes);
    const [block] = fitting >= 0 ? free.splice(fitting, 1) : [];
    return block ?? new SharedArrayBuffer(Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES);
  }

  return {
    put(pixels) {
      const block = take(pixels.length);
      const data = new Uint8Array(block, 0, pixels.length);
      data.set(pixels);
      const release = () => {
        if (block.byteLength > MAX_KEPT_BYTES) return;
        free.push(block);
        // What fitted nobody the longest goes first: frames may have become larger.
        if (free.length > maxKept) free.shift();
      };
      return { data, release };
    },
  };
}
