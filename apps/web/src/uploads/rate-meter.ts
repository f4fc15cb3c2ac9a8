/** Older steps say little about now. */
const WINDOW_MS = 6_000;

/** Before this there is too little to go by. */
const SHORTEST_MS = 300;

/** Measures how fast something grows. */
export interface RateMeter {
  /** Notes how far it has come. `nowMs` must not run backwards. */
  note(amount: number, nowMs: number): void;
  /** A stop is not slowness: what was noted before does not count. */
  reset(): void;
  /** Per second, over the last few seconds; undefined while there is nothing to say. */
  perSecond(): number | undefined;
}

export function createRateMeter(): RateMeter {
  let notes: { amount: number; atMs: number }[] = [];
  return {
    note(amount, nowMs) {
      notes.push({ amount, atMs: nowMs });
      // The last one outside the window stays, so that there are always two to compare.
      while (notes.length > 2 && (notes[1]?.atMs ?? nowMs) < nowMs - WINDOW_MS) notes.shift();
    },
    reset() {
      notes = [];
    },
    perSecond() {
      const [first, last] = [notes[0], notes.at(-1)];
      if (!first || !last || last.atMs - first.atMs < SHORTEST_MS) return undefined;
      return ((last.amount - first.amount) / (last.atMs - first.atMs)) * 1_000;
    },
  };
}

/** How long the rest takes at that rate; undefined when that cannot be said. */
export function leftMs(remaining: number, perSecond: number | undefined): number | undefined {
  return perSecond && perSecond > 0 ? (remaining / perSecond) * 1_000 : undefined;
}
