/**
 * Mulberry32, by Tommy Ettinger, in the public domain: random 32-bit words, the same for the same seed on every machine.
 *
 * @param seed a whole number, of which the lowest 32 bits count
 */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return (word ^ (word >>> 14)) >>> 0;
  };
}
