import { type ArrivingMessage, LARGE_BYTES, openMessage } from './arriving-message.ts';
import type { Cut } from './cut-field.ts';
import type { MessageSplitter, SplitterOptions } from './message-splitter.ts';

/**
 * For a body that is one message, as Connect has it in single calls.
 * @param sizeBytes of one that may be large, if that is known, and no more than `maxMessageBytes`
 */
export function createBodySplitter(options: SplitterOptions, sizeBytes = 0): MessageSplitter {
  const { maxMessageBytes, cutWhole } = options;
  const isLarge = sizeBytes >= LARGE_BYTES;
  /** With so many it is whole, or too large. Where the size is not known, the end of the body tells. */
  const wholeBytes = isLarge ? sizeBytes : maxMessageBytes + 1;
  let message: ArrivingMessage | undefined = openMessage(options, isLarge ? sizeBytes : undefined);
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
      if (size < wholeBytes) {
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
