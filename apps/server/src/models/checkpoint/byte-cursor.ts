import { ModelError } from '../model-error.ts';

/** Reads the parts of a pickle one after the other; each method moves on, none reads past the end. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** The only big-endian number in a pickle. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A whole number in two's complement; a bigint where a number is not exact. */
  long(byteCount: number): number | bigint {
    const start = this.#take(byteCount);
    let value = 0n;
    for (let i = byteCount - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#view.getUint8(start + i));
    const signed = BigInt.asIntN(byteCount * 8, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  /** A copy. */
  raw(byteCount: number): Uint8Array {
    const start = this.#take(byteCount);
    return this.#bytes.slice(start, start + byteCount);
  }

  /** UTF-8. */
  text(byteCount: number): string {
    const start = this.#take(byteCount);
    return new TextDecoder().decode(this.#bytes.subarray(start, start + byteCount));
  }

  /** Up to the next line feed, which is skipped. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    const text = this.text((end < 0 ? Number.POSITIVE_INFINITY : end) - this.#at);
    this.#take(1);
    return text;
  }

  #take(byteCount: number): number {
    const start = this.#at;
    if (start + byteCount > this.#bytes.length)
      throw new ModelError('its pickle is damaged: it was cut short');
    this.#at = start + byteCount;
    return start;
  }
}
