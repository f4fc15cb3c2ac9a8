import { createFairQueue } from '../flow/fair-queue.ts';
import type { Admission } from './detector.ts';

/** One that waits outside a gate. */
export interface Outsider {
  readonly caller: unknown;
  /** What it holds while it waits. */
  readonly bytes: number;
  readonly admission: Admission;
  admit(): void;
  refuse(reason: unknown): void;
}

/** How much of what is bounded one has. */
export type Weigh = (outsider: Outsider) => number;

/** How many wait now, and what they hold together. */
interface Sum {
  readonly count: number;
  readonly bytes: number;
}

/** Those who wait outside a gate, whose callers take turns, and how much that is. */
export class Outsiders {
  readonly #queue = createFairQueue<Outsider>();
  readonly #sums = { bounded: { count: 0, bytes: 0 }, patient: { count: 0, bytes: 0 } };

  get isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  get bounded(): Sum {
    return this.#sums.bounded;
  }

  get patient(): Sum {
    return this.#sums.patient;
  }

  add(one: Outsider): void {
    this.#queue.add(one);
    this.#count(one, 1);
  }

  /** Once for each, also for one that `next` has returned: it counts until then. */
  delete(one: Outsider): void {
    this.#queue.delete(one);
    this.#count(one, -1);
  }

  /** Whose turn it is: of the lowest in rank, where callers have one (0 or more). */
  next(rank?: (caller: unknown) => number): Outsider | undefined {
    return this.#queue.take(rank);
  }

  callers(): Iterable<unknown> {
    return this.#queue.callers();
  }

  /**
   * Who is refused for want of room: the latest of whoever has most that waits, so many that enough goes, where they keep
   * as much as the newcomer's caller has; else the newcomer. The patient never are.
   */
  chooseRefused(newcomer: Outsider, tooMuch: number, weigh: Weigh): readonly Outsider[] {
    const sum = (some: readonly Outsider[]) => some.reduce((total, one) => total + weigh(one), 0);
    let most: readonly Outsider[] = [];
    for (const caller of this.callers()) {
      const theirs = this.#boundedOf(caller);
      if (sum(theirs) > sum(most)) most = theirs;
    }
    const from = most.findLastIndex((_, index) => sum(most.slice(index)) >= tooMuch);
    const keepEnough = from >= 0 && sum(most.slice(0, from)) >= sum(this.#boundedOf(newcomer.caller));
    return keepEnough ? most.slice(from) : [newcomer];
  }

  #boundedOf(caller: unknown): readonly Outsider[] {
    return this.#queue.of(caller).filter(({ admission }) => admission === 'bounded');
  }

  #count({ admission, bytes }: Outsider, sign: 1 | -1): void {
    const sum = this.#sums[admission];
    sum.count += sign;
    sum.bytes += sign * bytes;
  }
}
