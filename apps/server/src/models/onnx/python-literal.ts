import { ModelError } from '../model-error.ts';

/** What a literal of Python's may be here; dicts become Maps. */
export type PythonLiteral =
  | string
  | number
  | boolean
  | null
  | PythonLiteral[]
  | Map<PythonLiteral, PythonLiteral>;

/** `{0: 'person', 1: "it's"}`: a dict from class id to name, as YOLOv5's exporter writes it. */
export function toPythonLiteral(names: readonly string[]): string {
  // A JSON string is a Python string too, but for lone surrogates, which no name should have.
  return `{${names.map((name, id) => `${id}: ${JSON.stringify(name.toWellFormed())}`).join(', ')}}`;
}

/**
 * Reads a Python literal made of strings, numbers, True, False, None, lists, tuples and dicts; JSON is one, too.
 * @throws {ModelError} saying where it stopped making sense
 */
export function parsePythonLiteral(text: string): PythonLiteral {
  return new LiteralReader(text).readAll();
}

const MAX_DEPTH = 8;
const WORDS = new Map<string, PythonLiteral>([
  ['None', null],
  ['null', null],
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
]);
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};
/** How many hexadecimal digits follow. */
const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

class LiteralReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): PythonLiteral {
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return value;
  }

  #value(): PythonLiteral {
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next === '{') return this.#dict();
    if (next === '[') return this.#list('[', ']');
    if (next === '(') return this.#list('(', ')');
    if (next === "'" || next === '"') return this.#string(next);
    return this.#word();
  }

  #dict(): Map<PythonLiteral, PythonLiteral> {
    const map = new Map<PythonLiteral, PythonLiteral>();
    this.#items('{', '}', () => {
      const key = this.#value();
      this.#expect(':');
      map.set(key, this.#value());
    });
    return map;
  }

  #list(open: string, close: string): PythonLiteral[] {
    const list: PythonLiteral[] = [];
    this.#items(open, close, () => list.push(this.#value()));
    return list;
  }

  /** Items with commas between them; one more comma may follow the last. */
  #items(open: string, close: string, readItem: () => void): void {
    this.#expect(open);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#unexpected();
    while (!this.#accept(close)) {
      readItem();
      if (this.#accept(close)) break;
      this.#expect(',');
    }
    this.#depth -= 1;
  }

  #string(quote: string): string {
    let out = '';
    for (this.#at += 1; ; this.#at += 1) {
      const next = this.#text[this.#at];
      if (next === undefined) throw this.#unexpected();
      if (next === quote) break;
      out += next === '\\' ? this.#escape() : next;
    }
    this.#at += 1;
    return out;
  }

  /** Stands at the backslash before, at the sequence's last character after. */
  #escape(): string {
    this.#at += 1;
    const kind = this.#text[this.#at];
    if (kind === undefined) throw this.#unexpected();
    const length = Object.hasOwn(CODE_LENGTHS, kind) ? CODE_LENGTHS[kind] : undefined;
    if (length === undefined) return Object.hasOwn(ESCAPES, kind) ? (ESCAPES[kind] as string) : kind;
    const digits = this.#text.slice(this.#at + 1, this.#at + 1 + length);
    const code = Number.parseInt(digits, 16);
    if (digits.length < length || !/^[0-9a-f]+$/i.test(digits) || code > 0x10ffff) throw this.#unexpected();
    this.#at += length;
    return length === 8 ? String.fromCodePoint(code) : String.fromCharCode(code);
  }

  #word(): PythonLiteral {
    const [word = ''] = /^[\w.+-]*/.exec(this.#text.slice(this.#at, this.#at + 40)) ?? [];
    const known = WORDS.get(word);
    const number = /^-?\d/.test(word) ? Number(word) : Number.NaN;
    if (known === undefined && Number.isNaN(number)) throw this.#unexpected();
    this.#at += word.length;
    return known === undefined ? number : known;
  }

  #accept(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) throw this.#unexpected();
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #unexpected(): ModelError {
    const found = this.#text.slice(this.#at, this.#at + 20);
    return new ModelError(
      found === ''
        ? 'it ends too early'
        : `${JSON.stringify(found)} was not expected at character ${this.#at}`,
    );
  }
}
