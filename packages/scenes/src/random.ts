import { mulberry32 } from './mulberry32.ts';

/** Random numbers that are the same for the same seed, on every machine. */
export class Random {
  readonly #word: () => number;

  /** @param seed any text or number */
  constructor(seed: string | number) {
    this.#word = mulberry32(hash(String(seed)));
  }

  /** A generator of its own, so that what one part of a scene draws does not change another. */
  fork(name: string | number): Random {
    return new Random(`${this.#word()}/${name}`);
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    return this.#word() / 2 ** 32;
  }

  range(from: number, to: number): number {
    return from + (to - from) * this.next();
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return Math.floor(this.range(from, to + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }

  /** Each item whose number is drawn, `[item, weight]`. */
  weighted<T>(items: readonly (readonly [T, number])[]): T {
    let left = this.next() * items.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return (items.at(-1) as readonly [T, number])[0];
  }
}

/** FNV-1a, then mixed so that neighbouring seeds have nothing in common. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
