const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const MAX_TAG = 2 ** 32 - 1;

/** What was taken out of a message, to go around the library. */
export interface Cut {
  readonly value: Uint8Array;
  /** Gives its memory back: nobody reads it any more. */
  release(): void;
}

/** A message without one field, and that field's bytes. */
export interface CutMessage {
  readonly rest: Uint8Array;
  /** A view into the message. */
  readonly value: Uint8Array;
}

/**
 * Takes a large field of bytes out of a message in the binary format of Protocol Buffers, without a copy of it.
 * What puzzles it is left to the library, which has words for it: then there is no result.
 *
 * @param field the number of a `bytes` field of the message's own
 * @returns undefined where the message does not hold it exactly once
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function cutField(message: Uint8Array, field: number): CutMessage | undefined {
  let found: { readonly start: number; readonly from: number; readonly to: number } | undefined;
  let at = 0;

  /** Not exact beyond 53 bits, which no length and no field's number has. */
  function varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.POSITIVE_INFINITY;
  }

  while (at < message.length) {
    const start = at;
    const tag = varint();
    // Libraries forget what is above; which field they take it for is not known here.
    if (tag > MAX_TAG) return undefined;
    switch (tag % 8) {
      case VARINT:
        varint();
        break;
      case FIXED64:
        at += 8;
        break;
      case FIXED32:
        at += 4;
        break;
      case BYTES: {
        const length = varint();
        const from = at;
        at += length;
        if (Math.floor(tag / 8) !== field) break;
        if (found) return undefined;
        found = { start, from, to: at };
        break;
      }
      default:
        return undefined;
    }
  }
  if (!found || at !== message.length) return undefined;
  const { start, from, to } = found;
  const rest = new Uint8Array(start + message.length - to);
  rest.set(message.subarray(0, start));
  rest.set(message.subarray(to), start);
  return { rest, value: message.subarray(from, to) };
}
