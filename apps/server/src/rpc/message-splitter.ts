import { Code, ConnectError } from '@connectrpc/connect';
import type { SharedBlocks } from '../detector/shared-blocks.ts';
import { cutField } from './cut-field.ts';
import { createLargeMessage, createPartialMessage, type LargeMessage } from './partial-message.ts';

/** Smaller messages take the ordinary way. */
export const LARGE_BYTES = 2 ** 16;
const HEAD_BYTES = 5;

/**
 * What the library gets to see of a call's bytes: whole messages, since of one that comes in many parts it would count the
 * bytes anew with each. And of large ones not the field that makes them large, which goes around it: it would copy that
 * twice, into memory that is new each time.
 */
export interface MessageSplitter {
  /** What is complete with this chunk. */
  toPieces(chunk: Uint8Array): Uint8Array[];
  /**
   * At the end of the bytes: what is complete only now.
   * @throws {ConnectError} `invalid_argument` within a framed message: to the library one that ends behind its head is none
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
  /** The number of the field that makes messages large; absent where they have none. */
  readonly field?: number | undefined;
  /** Larger messages are left to the library, which refuses them. */
  readonly maxMessageBytes: number;
  readonly blocks: SharedBlocks;
  /** Whether so many bytes, which have yet to come, may be held already. */
  readonly reserve: (bytes: number) => boolean;
  /** Looks at each message that is complete and not compressed; what it throws ends the call. */
  readonly check?: ((message: Uint8Array) => void) | undefined;
}

/** For messages as gRPC, gRPC-Web and Connect frame them: flags, 32 bits of length, message. */
export function createMessageSplitter(options: SplitterOptions): MessageSplitter {
  const { field, maxMessageBytes, blocks, reserve, check } = options;
  const cuts: (Cut | undefined)[] = [];
  const head = new Uint8Array(HEAD_BYTES);
  const headView = new DataView(head.buffer);
  let headFilled = 0;
  /** Of the message whose head is complete: what there is, and how many bytes are yet to come. */
  let large: LargeMessage | undefined;
  let small = createPartialMessage();
  let left = 0;
  let isClosed = false;

  function close(): void {
    isClosed = true;
    large?.drop();
    large = undefined;
    small = createPartialMessage();
    headFilled = left = 0;
  }

  function beginMessage(): Uint8Array[] {
    headFilled = 0;
    left = headView.getUint32(1);
    if (left > maxMessageBytes) {
      close();
      return [head];
    }
    if (left === 0) return endSmall();
    if (field !== undefined && head[0] === 0 && left >= LARGE_BYTES) {
      large = createLargeMessage(left, blocks, reserve);
    }
    return [];
  }

  function endSmall(message: Uint8Array = new Uint8Array()): Uint8Array[] {
    cuts.push(undefined);
    small = createPartialMessage();
    if (head[0] === 0) check?.(message);
    return [head.slice(), message];
  }

  function endLarge(message: Uint8Array<SharedArrayBuffer>): Uint8Array[] {
    large = undefined;
    const { rest, cut } = cutLarge(message, options);
    cuts.push(cut);
    headView.setUint32(1, rest.length);
    return [head.slice(), rest];
  }

  /** @param part all that is left of the message, or less */
  function addPart(part: Uint8Array): Uint8Array[] {
    left -= part.length;
    if (left > 0) {
      (large ?? small).add(part);
      return [];
    }
    if (large) return endLarge(large.end(part));
    if (small.soFar().length === 0) return endSmall(part);
    small.add(part);
    return endSmall(small.soFar());
  }

  return {
    toPieces(chunk) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < chunk.length && !isClosed; ) {
        if (left > 0) {
          const part = chunk.subarray(at, at + left);
          at += part.length;
          pieces.push(...addPart(part));
        } else {
          head[headFilled++] = chunk[at++] as number;
          if (headFilled === HEAD_BYTES) pieces.push(...beginMessage());
        }
      }
      return pieces;
    },
    atEnd() {
      if (left === 0 && headFilled === 0) return [];
      throw new ConnectError('the message was cut off', Code.InvalidArgument);
    },
    takeCut: () => cuts.shift(),
    close,
  };
}

/**
 * For a body that is one message, as Connect has it in single calls.
 * @param sizeBytes of one that may be large, if that is known, and no more than `maxMessageBytes`
 */
export function createBodySplitter(options: SplitterOptions, sizeBytes = 0): MessageSplitter {
  const { maxMessageBytes, blocks, reserve, check } = options;
  let large = sizeBytes >= LARGE_BYTES ? createLargeMessage(sizeBytes, blocks, reserve) : undefined;
  let small = createPartialMessage();
  let cut: Cut | undefined;
  let left = sizeBytes;
  let isClosed = false;

  function close(): void {
    isClosed = true;
    large?.drop();
    large = undefined;
    small = createPartialMessage();
  }

  function addToLarge(part: Uint8Array, message: LargeMessage): Uint8Array[] {
    left -= part.length;
    if (left > 0) {
      message.add(part);
      return [];
    }
    const whole = cutLarge(message.end(part), options);
    large = undefined;
    cut = whole.cut;
    return [whole.rest];
  }

  return {
    toPieces(chunk) {
      if (isClosed) return [];
      if (large) return addToLarge(chunk, large);
      small.add(chunk);
      const all = small.soFar();
      if (all.length <= maxMessageBytes) return [];
      close();
      return [all];
    },
    atEnd() {
      const rest = (large ?? small).soFar();
      check?.(rest);
      return rest.length > 0 ? [rest] : [];
    },
    takeCut() {
      const taken = cut;
      cut = undefined;
      return taken;
    },
    close,
  };
}

/** Takes the large field out of a message. What puzzles it is left to the library as it is. */
function cutLarge(
  message: Uint8Array<SharedArrayBuffer>,
  { field = 0, blocks }: SplitterOptions,
): { readonly rest: Uint8Array; readonly cut: Cut | undefined } {
  const found = cutField(message, field);
  if (!found) return { rest: message, cut: undefined };
  return { rest: found.rest, cut: { value: found.value, release: () => blocks.give(message) } };
}
