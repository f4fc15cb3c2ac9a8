import { Code, ConnectError } from '@connectrpc/connect';
import type { Cut } from './cut-field.ts';

/** Content types of Connect, gRPC and gRPC-Web whose messages are JSON. */
export const JSON_TYPE = /json/i;

/** No message of ours is nested deeper than four, or has more than some thousand values. */
const MAX_DEPTH = 32;
const MAX_VALUES = 100_000;
/** Nor longer texts, but for one: numbers may come as texts, too, and take seconds where they have millions of digits. */
const MAX_TEXT_BYTES = 2 ** 16;
/** Without that one all is names and numbers. */
const MAX_REST_BYTES = 2 ** 20;

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}');

/**
 * Takes the large field out, as `cutField` does of the binary format: the library's way to its bytes, by a text and character
 * by character, takes this thread ten times as long. And refuses JSON that takes far longer to parse, and far more memory,
 * than its bytes would say: megabytes of brackets or digits hold this thread up for seconds. What else is wrong with it
 * the parser says.
 * @returns undefined where nothing is large
 * @throws {ConnectError} `invalid_argument`
 */
export function cutJson(json: Uint8Array): { rest: Uint8Array<ArrayBuffer>; cut: Cut } | undefined {
  const span = findLarge(json);
  if (!span) return undefined;
  const { from, to } = span;
  const text = Buffer.from(json.buffer, json.byteOffset + from, to - from).toString('latin1');
  const value = decodeBase64(text) ?? decodeBase64(withoutEscapes(text));
  if (!value) throw refuse('its data is no base64');
  // Another field of that name, which could be meant instead, the library refuses.
  return { rest: Buffer.concat([json.subarray(0, from), json.subarray(to)]), cut: { value, release() {} } };
}

/** Where the text of the large field is, without its quotes, if it is long. */
function findLarge(json: Uint8Array): { readonly from: number; readonly to: number } | undefined {
  let large: { from: number; to: number } | undefined;
  let mostBytes = MAX_REST_BYTES;
  let depth = 0;
  let values = 0;
  let lastText = 0;
  for (let at = 0; at < json.length; at++) {
    if (at >= mostBytes) throw refuse(`it has more than ${MAX_REST_BYTES} bytes beside its data`);
    const byte = json[at];
    if (byte === QUOTE) {
      const from = at + 1;
      at = endOfText(json, from);
      if (at - from > MAX_TEXT_BYTES) {
        const isData = depth === 1 && !large && isDataKey(json.subarray(lastText, from - 1));
        if (!isData) throw refuse(`it has a text of more than ${MAX_TEXT_BYTES} bytes`);
        large = { from, to: at };
        mostBytes += at - from;
      }
      lastText = from - 1;
    } else if (byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (byte !== COMMA) depth++;
      if (++values > MAX_VALUES) throw refuse(`it has more than ${MAX_VALUES} values`);
      if (depth > MAX_DEPTH) throw refuse(`it is nested deeper than ${MAX_DEPTH}`);
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth--;
    }
  }
  return large;
}

/** Whether it is `"data":`, however that is written. */
function isDataKey(text: Uint8Array): boolean {
  try {
    return 'data' in JSON.parse(`{${Buffer.from(text)}0}`);
  } catch {
    return false;
  }
}

/** As few clients write it: a slash behind a backslash, lines. Nothing of base64 where it is no text of JSON. */
function withoutEscapes(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`)).replaceAll(/[\n\r\t ]/g, '');
  } catch {
    return '?';
  }
}

/** In either alphabet. Node passes over what is of neither: then there are fewer bytes than digits. */
function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/==?$/, '').length;
  const bytes = Buffer.from(text, 'base64');
  return digits % 4 !== 1 && bytes.length === Math.floor((digits * 3) / 4) ? bytes : undefined;
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
