import type { Arrival, Backlog } from './backlog.ts';

/** A backlog to which all come in the order of asking. */
export interface Arrivals extends Backlog {
  /** Less waits than before. */
  eased(): void;
}

export interface ArrivalsOptions {
  /** Whether enough waits, with so many more on their way. */
  hasEnough(coming: number): boolean;
  /** Whether nothing waits at all. */
  isEmpty(): boolean;
}

/** Those who are slower to bring theirs keep nobody back once nothing waits any more. */
const PATIENCE_MS = 50;

export function createArrivals({ hasEnough, isEmpty }: ArrivalsOptions): Arrivals {
  /** What lets those come who are asked to hold back, longest first. */
  const held = new Set<() => void>();
  /** Those on their way, without the slow ones. */
  const coming = new Set<Arrival>();
  let timer: NodeJS.Timeout | undefined;

  function admit(): void {
    for (const come of held) {
      if (hasEnough(coming.size)) return;
      come();
    }
  }

  function watch(): void {
    if (held.size === 0 || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (isEmpty()) coming.clear();
      admit();
      watch();
    }, PATIENCE_MS);
  }

  return {
    announce() {
      const { promise, resolve } = Promise.withResolvers<void>();
      const come = () => {
        held.delete(come);
        coming.add(arrival);
        resolve();
      };
      const isHeld = held.size > 0 || hasEnough(coming.size);
      const arrival: Arrival = {
        turn: isHeld ? promise : undefined,
        end() {
          held.delete(come);
          resolve();
          if (coming.delete(arrival)) admit();
        },
      };
      if (isHeld) held.add(come);
      else coming.add(arrival);
      watch();
      return arrival;
    },
    eased: admit,
  };
}
