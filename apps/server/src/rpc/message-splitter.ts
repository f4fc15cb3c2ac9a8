import { Code, ConnectError } from '@connectrpc/connect';
import type { SharedBlocks } from '../detector/shared-blocks.ts';
import { type Cut, cutField } from './cut-field.ts';
import type { cutJson } from './cut-json.ts';
import { createLargeMessage, createPartialMessage, type LargeMessage } from './partial-message.ts';

/** Smaller messages take the ordinary way. */
const LARGE_BYTES = 2 ** 16;
const HEAD_BYTES = 5;
const COMPRESSED_FLAG = 1;

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

export interface SplitterOptions {
  /** The number of the field that makes messages large; absent where they have none. */
  readonly field?: number | undefined;
  /** Larger messages are left to the library, which refuses them. */
  readonly maxMessageBytes: number;
  readonly blocks: SharedBlocks;
  /** Whether so many bytes, which have yet to come, may be held already. */
  readonly reserve: (bytes: number) => boolean;
  /** Does that for another format, with each message that is complete and not compressed; what it throws ends the call. */
  readonly cutWhole?: typeof cutJson | undefined;
}

/** For messages as gRPC, gRPC-Web and Connect frame them: flags, 32 bits of length, message. */
export function createMessageSplitter(options: SplitterOptions): MessageSplitter {
  const { field, maxMessageBytes, cutWhole } = options;
  const cuts: (Cut | undefined)[] = [];
  const head = new Uint8Array(HEAD_BYTES);
  const headView = new DataView(head.buffer);
  let headFilled = 0;
  /** The one whose head is complete, and how many of its bytes are yet to come. */
  let message: Incoming | undefined;
  let left = 0;
  let isClosed = false;

  const isCompressed = () => ((head[0] as number) & COMPRESSED_FLAG) !== 0;

  function close(): void {
    isClosed = true;
    message?.drop();
    message = undefined;
    headFilled = left = 0;
  }

  function beginMessage(): Uint8Array[] {
    headFilled = 0;
    left = headView.getUint32(1);
    if (left > maxMessageBytes) {
      close();
      return [head];
    }
    const isLarge = field !== undefined && head[0] === 0 && left >= LARGE_BYTES;
    message = openMessage(options, isLarge ? left : undefined);
    return left === 0 ? endMessage(message, new Uint8Array()) : [];
  }

  function endMessage(whole: Incoming, part: Uint8Array): Uint8Array[] {
    message = undefined;
    const ended = whole.end(part);
    const { rest, cut } = (!isCompressed() && cutWhole?.(ended.rest)) || ended;
    cuts.push(cut);
    headView.setUint32(1, rest.length);
    return [head.slice(), rest];
  }

  return {
    toPieces(chunk) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < chunk.length && !isClosed; ) {
        if (!message) {
          head[headFilled++] = chunk[at++] as number;
          if (headFilled === HEAD_BYTES) pieces.push(...beginMessage());
          continue;
        }
        const part = chunk.subarray(at, at + left);
        at += part.length;
        left -= part.length;
        if (left > 0) message.add(part);
        else pieces.push(...endMessage(message, part));
      }
      return pieces;
    },
    atEnd() {
      if (!message && headFilled === 0) return [];
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
  const { maxMessageBytes, cutWhole } = options;
  const isLarge = sizeBytes >= LARGE_BYTES;
  let message: Incoming | undefined = openMessage(options, isLarge ? sizeBytes : undefined);
  let cut: Cut | undefined;
  let size = 0;

  function close(): void {
    message?.drop();
    message = undefined;
  }

  return {
    toPieces(chunk) {
      if (!message) return [];
      size += chunk.length;
      const isTooLarge = size > maxMessageBytes;
      if (!isTooLarge && !(isLarge && size === sizeBytes)) {
        message.add(chunk);
        return [];
      }
      const whole = message.end(chunk);
      message = undefined;
      cut = whole.cut;
      return [whole.rest];
    },
    atEnd() {
      const rest = message?.soFar();
      if (!rest?.length) return [];
      const found = cutWhole?.(rest);
      cut = found?.cut;
      return [found?.rest ?? rest];
    },
    takeCut() {
      const taken = cut;
      cut = undefined;
      return taken;
    },
    close,
  };
}

/** A message while it comes. */
interface Incoming extends Pick<LargeMessage, 'add' | 'soFar' | 'drop'> {
  /** What the library is to see of the message that `part` completes, and what it is not. */
  end(part: Uint8Array): { readonly rest: Uint8Array; readonly cut: Cut | undefined };
}

/** @param largeBytes of one whose field may go around the library */
function openMessage(options: SplitterOptions, largeBytes: number | undefined): Incoming {
  const { blocks, reserve } = options;
  if (largeBytes !== undefined) {
    const large = createLargeMessage(largeBytes, blocks, reserve);
    return { ...large, end: (part) => cutLarge(large.end(part), options) };
  }
  const small = createPartialMessage();
  return {
    ...small,
    drop() {},
    end(part) {
      // The library copies it at once.
      if (small.soFar().length === 0) return { rest: part, cut: undefined };
      small.add(part);
      return { rest: small.soFar(), cut: undefined };
    },
  };
}

/** Takes the large field out of a message. What puzzles it is left to the library as it is. */
function cutLarge(
  message: Uint8Array<SharedArrayBuffer>,
  { field = 0, blocks }: SplitterOptions,
): ReturnType<Incoming['end']> {
  const found = cutField(message, field);
  if (!found) return { rest: message, cut: undefined };
  return { rest: found.rest, cut: { value: found.value, release: () => blocks.give(message) } };
}
