import { Code, ConnectError } from '@connectrpc/connect';
import { type ArrivingMessage, type ArrivingOptions, LARGE_BYTES, openMessage } from './arriving-message.ts';
import type { Cut } from './cut-field.ts';
import type { cutJson } from './cut-json.ts';

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

export interface SplitterOptions extends ArrivingOptions {
  /** Larger messages are left to the library, which refuses them. */
  readonly maxMessageBytes: number;
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
  let message: ArrivingMessage | undefined;
  let left = 0;
  let isClosed = false;

  const isCompressed = () => (headView.getUint8(0) & COMPRESSED_FLAG) !== 0;

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

  function endMessage(whole: ArrivingMessage, part: Uint8Array): Uint8Array[] {
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
