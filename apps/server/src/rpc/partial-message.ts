import { copyBytes } from '@boxwire/video/copy-bytes';
import type { SharedBlocks } from '../detector/shared-blocks.ts';

/** Bytes that come in parts, which are copied. */
export interface PartialMessage<Memory extends ArrayBufferLike = ArrayBuffer> {
  add(part: Uint8Array): void;
  /** All that has come: a view, until more is added. */
  soFar(): Uint8Array<Memory>;
}

const FIRST_BYTES = 2 ** 12;

/**
 * In one piece of memory, however small the parts are: kept by themselves, those of a byte would take a hundred times as
 * much. And in no more than twice of what has come: whoever announces much and sends little holds little.
 */
export function createPartialMessage(): PartialMessage {
  let memory = new Uint8Array();
  let filled = 0;
  return {
    add(part) {
      const end = filled + part.length;
      if (end > memory.length) {
        const larger = new Uint8Array(Math.max(FIRST_BYTES, 2 * end));
        larger.set(memory.subarray(0, filled));
        memory = larger;
      }
      memory.set(part, filled);
      filled = end;
    },
    soFar: () => memory.subarray(0, filled),
  };
}

/** One message on its way into a block. */
export interface LargeMessage extends PartialMessage<ArrayBufferLike> {
  /** The whole, which `part` completes. Its block is the caller's now. */
  end(part: Uint8Array): Uint8Array<SharedArrayBuffer>;
  /** Gives the block back. */
  drop(): void;
}

/** Before a block is taken, one part in so many of a message has to be there. */
const SHARE = 16;

/**
 * A message of so many bytes, which are known from the beginning.
 * @param reserve whether so many bytes, which have yet to come, may be held already
 */
export function createLargeMessage(
  sizeBytes: number,
  blocks: SharedBlocks,
  reserve: (bytes: number) => boolean,
): LargeMessage {
  let start = createPartialMessage();
  let block: Uint8Array<SharedArrayBuffer> | undefined;
  let filled = 0;

  function take(): Uint8Array<SharedArrayBuffer> {
    const taken = blocks.take(sizeBytes);
    if (filled > 0) copyBytes(start.soFar(), taken);
    start = createPartialMessage();
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
      const there = filled + part.length;
      if (block || (there * SHARE >= sizeBytes && reserve(sizeBytes - there))) {
        intoBlock(part);
      } else {
        start.add(part);
        filled = there;
      }
    },
    end: intoBlock,
    soFar: () => block?.slice(0, filled) ?? start.soFar(),
    drop() {
      if (block) blocks.give(block);
    },
  };
}
