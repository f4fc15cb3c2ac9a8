import type { Arrival, Backlog } from './backlog.ts';

/** A backlog to which all come in the order of asking, while enough is there already. */
export interface Arrivals extends Backlog {
  /** Less waits than before. */
  eased(): void;
}

export interface ArrivalsOptions {
  /** Whether enough waits, with so many more on their way. */
  hasEnough(coming: number): boolean;
  /** Whether more could be worked on than is there. */
  isIdle(): boolean;
}

/** Those who take longer to bring theirs are no reason to hold others back. */
const PATIENCE_MS = 50;

export function createArrivals({ hasEnough, isIdle }: ArrivalsOptions): Arrivals {
  /** What lets those come who are held back, longest first. */
  const held = new Set<() => void>();
  /** Since when others are on their way, longest first. */
  const coming = new Map<Arrival, number>();
  let timer: NodeJS.Timeout | undefined;

  /** How many are on their way, once the slow are forgotten. */
  function countComing(): number {
    const patience = performance.now() - PATIENCE_MS;
    for (const [arrival, since] of coming) {
      if (since > patience) break;
      coming.delete(arrival);
    }
    return coming.size;
  }

  const isEnough = () => hasEnough(countComing());

  function admit(all = false): void {
    for (const come of held) {
      if (!all && isEnough()) return;
      come();
    }
  }

  function watch(): void {
    if (held.size === 0 || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      admit(isIdle());
      watch();
    }, PATIENCE_MS);
  }

  return {
    announce() {
      const { promise, resolve } = Promise.withResolvers<void>();
      const come = () => {
        held.delete(come);
        coming.set(arrival, performance.now());
        resolve();
      };
      const isHeld = held.size > 0 || isEnough();
      const arrival: Arrival = {
        turn: isHeld ? promise : undefined,
        end() {
          held.delete(come);
          resolve();
          if (coming.delete(arrival)) admit();
        },
      };
      if (isHeld) held.add(come);
      else come();
      watch();
      return arrival;
    },
    eased: () => admit(),
  };
}
