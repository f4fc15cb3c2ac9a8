import type { Arrival, Backlog } from './backlog.ts';
import { createFairQueue } from './fair-queue.ts';

/** A backlog to which callers come in turns, each in the order of asking, while enough is there already. */
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
  /** Those who are held back. */
  const held = createFairQueue<{ readonly caller: unknown; come(): void }>();
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
    while (!held.isEmpty && (all || !isEnough())) held.take()?.come();
  }

  function watch(): void {
    if (held.isEmpty || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      admit(isIdle());
      watch();
    }, PATIENCE_MS);
  }

  return {
    // Nobody in particular is a caller of its own.
    announce(caller = Symbol()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const one = {
        caller,
        come() {
          coming.set(arrival, performance.now());
          resolve();
        },
      };
      const isHeld = !held.isEmpty || isEnough();
      const arrival: Arrival = {
        turn: isHeld ? promise : undefined,
        end() {
          held.delete(one);
          resolve();
          if (coming.delete(arrival)) admit();
        },
      };
      if (isHeld) held.add(one);
      else one.come();
      watch();
      return arrival;
    },
    eased: () => admit(),
  };
}
