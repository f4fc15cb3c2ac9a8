import type { SharedBlocks } from '../detector/shared-blocks.ts';
import { type Cut, cutField } from './cut-field.ts';
import { createLargeMessage, createPartialMessage, type LargeMessage } from './partial-message.ts';

/** Smaller messages take the ordinary way. */
export const LARGE_BYTES = 2 ** 16;

export interface ArrivingOptions {
  /** The number of the field that makes messages large; absent where they have none. */
  readonly field?: number | undefined;
  readonly blocks: SharedBlocks;
  /** Whether so many bytes, which have yet to come, may be held already. */
  readonly reserve: (bytes: number) => boolean;
}

/** A message while it comes. */
export interface ArrivingMessage extends Pick<LargeMessage, 'add' | 'soFar' | 'drop'> {
  /** What the library is to see of the message that `part` completes, and what it is not. */
  end(part: Uint8Array): { readonly rest: Uint8Array; readonly cut: Cut | undefined };
}

/** @param largeBytes of one whose field may go around the library */
export function openMessage(options: ArrivingOptions, largeBytes: number | undefined): ArrivingMessage {
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
  { field = 0, blocks }: ArrivingOptions,
): ReturnType<ArrivingMessage['end']> {
  const found = cutField(message, field);
  if (!found) return { rest: message, cut: undefined };
  return { rest: found.rest, cut: { value: found.value, release: () => blocks.give(message) } };
}
