import { Code, ConnectError } from '@connectrpc/connect';

/** Content types of Connect, gRPC and gRPC-Web whose messages are JSON. */
export const JSON_TYPE = /json/i;

/** No message of ours is nested deeper than four, or has more than some thousand values. */
const MAX_DEPTH = 32;
const MAX_VALUES = 100_000;

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}');

/**
 * Refuses JSON that takes far longer to parse, and far more memory, than its bytes would say: megabytes of brackets, which
 * compress to nothing, hold this thread up for seconds. What else is wrong with it the parser says.
 * @throws {ConnectError} `invalid_argument`
 */
export function checkJson(json: Uint8Array): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfText(json, at + 1);
    } else if (byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (byte !== COMMA) depth++;
      if (++values > MAX_VALUES) throw refuse(`it has more than ${MAX_VALUES} values`);
      if (depth > MAX_DEPTH) throw refuse(`it is nested deeper than ${MAX_DEPTH}`);
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth--;
    }
  }
}

/** Where the quote is that ends a text; the end of all where none does. */
function endOfText(json: Uint8Array, from: number): number {
  for (let at = from; ; at++) {
    at = json.indexOf(QUOTE as number, at);
    if (at < 0) return json.length;
    let escapes = 0;
    while (json[at - 1 - escapes] === BACKSLASH && at - 1 - escapes >= from) escapes++;
    if (escapes % 2 === 0) return at;
  }
}

function refuse(reason: string): ConnectError {
  return new ConnectError(`the JSON is no such message: ${reason}`, Code.InvalidArgument);
}
