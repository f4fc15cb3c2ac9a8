import { Code, ConnectError } from '@connectrpc/connect';
import type { SharedBlocks } from '../detector/shared-blocks.ts';
import { cutField } from './cut-field.ts';
import { createLargeMessage, type LargeMessage } from './large-message.ts';

/** Smaller messages take the ordinary way. */
export const LARGE_BYTES = 2 ** 16;
const HEAD_BYTES = 5;

/**
 * Finds messages in the bytes of a call, as gRPC, gRPC-Web and Connect frame them: flags, 32 bits of length, message. Or
 * takes all of them as one message, as Connect sends it in a single call.
 */
export interface MessageSplitter {
  /**
   * The same bytes in other pieces, but for what goes around the library: the large field of a large message.
   */
  toPieces(chunk: Uint8Array): Uint8Array[];
  /**
   * At the end of the bytes: what the library needs to see that an unframed message was cut off.
   * @throws {ConnectError} `invalid_argument` within a framed one: to the library one that ends behind its head is none
   */
  atEnd(): Uint8Array[];
  /** What was cut out of the message that the library has read next; undefined where nothing was. */
  takeCut(): Cut | undefined;
  /** Nothing more is read: what of a message is there is of no use to anybody. */
  close(): void;
}

export interface Cut {
  readonly value: Uint8Array;
  /** Gives its memory back: nobody reads it any more. */
  release(): void;
}

export interface SplitterOptions {
  /** The number of the field. */
  readonly field: number;
  /** Larger messages are left to the library, which refuses them. */
  readonly maxMessageBytes: number;
  /** How many bytes the one message has where it is not framed, no more than `maxMessageBytes`. */
  readonly unframedBytes?: number;
  readonly blocks: SharedBlocks;
}

/**
 * The library copies each message twice, into memory that is new each time. Large ones are put together here, once and
 * in memory that is used again, and the library sees only what little is beside their one large field.
 */
export function createMessageSplitter(options: SplitterOptions): MessageSplitter {
  const { field, maxMessageBytes, unframedBytes, blocks } = options;
  const cuts: (Cut | undefined)[] = [];
  const head = new Uint8Array(HEAD_BYTES);
  const headView = new DataView(head.buffer);
  let headFilled = 0;
  /** Of the message whose head is complete: its bytes, if they go around the library, and how many are yet to come. */
  let large: LargeMessage | undefined;
  let left = 0;
  let isClosed = false;

  function beginLarge(size: number): void {
    large = createLargeMessage(size, blocks);
    left = size;
  }

  function beginMessage(): Uint8Array[] {
    headFilled = 0;
    left = headView.getUint32(1);
    if (head[0] === 0 && left >= LARGE_BYTES && left <= maxMessageBytes) {
      beginLarge(left);
      return [];
    }
    cuts.push(undefined);
    return [head.slice()];
  }

  function endMessage(message: Uint8Array<SharedArrayBuffer>): Uint8Array[] {
    large = undefined;
    const cut = cutField(message, field);
    cuts.push(cut && { value: cut.value, release: () => blocks.give(message) });
    const rest = cut ? cut.rest : message;
    if (unframedBytes !== undefined) return [rest];
    headView.setUint32(1, rest.length);
    return [head.slice(), rest];
  }

  if (unframedBytes !== undefined) beginLarge(unframedBytes);
  return {
    toPieces(chunk) {
      const pieces: Uint8Array[] = [];
      if (isClosed) return pieces;
      for (let at = 0; at < chunk.length; ) {
        if (left === 0) {
          head[headFilled++] = chunk[at++] as number;
          if (headFilled === HEAD_BYTES) pieces.push(...beginMessage());
          continue;
        }
        const part = chunk.subarray(at, at + left);
        at += part.length;
        left -= part.length;
        if (!large) pieces.push(part);
        else if (left > 0) large.add(part);
        else pieces.push(...endMessage(large.end(part)));
      }
      return pieces;
    },
    atEnd() {
      if (unframedBytes !== undefined) return large ? [large.soFar()] : [];
      if (left === 0 && headFilled === 0) return [];
      throw new ConnectError('the message was cut off', Code.InvalidArgument);
    },
    takeCut: () => cuts.shift(),
    close() {
      isClosed = true;
      large?.drop();
      large = undefined;
    },
  };
}
