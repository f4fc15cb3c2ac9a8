import { copyBytes } from '@boxwire/video/copy-bytes';
import type { SharedBlocks } from '../detector/shared-blocks.ts';

/** One message on its way into a block. */
export interface LargeMessage {
  /** What came behind the parts before; it is copied. */
  add(part: Uint8Array): void;
  /** The whole, which `part` completes. Its block is the caller's now. */
  end(part: Uint8Array): Uint8Array<SharedArrayBuffer>;
  /** A copy of what there is. */
  soFar(): Uint8Array;
  /** Gives the block back. */
  drop(): void;
}

/**
 * A message of so many bytes. Its block is not taken before the second part comes: the first is there as soon as the
 * message before is read, while it may be long before more is asked for.
 */
export function createLargeMessage(sizeBytes: number, blocks: SharedBlocks): LargeMessage {
  let first: Uint8Array | undefined;
  let block: Uint8Array<SharedArrayBuffer> | undefined;
  let filled = 0;

  function take(): Uint8Array<SharedArrayBuffer> {
    const taken = blocks.take(sizeBytes);
    if (first) {
      copyBytes(first, taken);
      filled = first.length;
      first = undefined;
    }
    return taken;
  }

  function intoBlock(part: Uint8Array): Uint8Array<SharedArrayBuffer> {
    block ??= take();
    copyBytes(part, block, filled);
    filled += part.length;
    return block;
  }

  return {
    add(part) {
      // A buffer's own `slice` would keep all of what was read with it.
      if (!first && !block) first = new Uint8Array(part);
      else intoBlock(part);
    },
    end: intoBlock,
    soFar: () => block?.slice(0, filled) ?? first ?? new Uint8Array(),
    drop() {
      if (block) blocks.give(block);
    },
  };
}
