import { type Arrivals, createArrivals } from '../flow/arrivals.ts';
import type { Backlog } from '../flow/backlog.ts';
import { createFairQueue } from '../flow/fair-queue.ts';
import { createWaiter } from '../flow/waiter.ts';
import type { Admission, Turn } from './detector.ts';
import { DetectorError } from './detector-error.ts';

export interface Entrant extends Turn {
  /** What it holds while it waits; default: nothing worth counting. */
  readonly bytes?: number;
}

export interface GateLimits {
  /** How many may be inside. */
  readonly capacity: number;
  /** Whoever has fewest inside comes next. By default callers take turns, however long theirs stay. */
  readonly fewestFirst?: boolean;
  /** How many of the bounded may wait outside. */
  readonly maxWaiting: number;
  /** How many bytes may wait outside before the bounded are refused; the patient are asked to hold back. */
  readonly maxWaitingBytes?: number;
  /** What they are, for messages; default: `images`. */
  readonly what?: string;
}

interface Waiter {
  readonly caller: unknown;
  readonly bytes: number;
  readonly admission: Admission;
  admit(): void;
  refuse(reason: unknown): void;
}

/** How much of what is bounded one has. */
type Weigh = (waiter: Waiter) => number;

/** How much the latest stay counts in the average of them. */
const SMOOTHING = 0.1;
/** So many times as many as may be inside are enough to wait: until these are in, others can bring theirs. */
const PLENTY = 4;
/** Before any stay has ended. */
const FIRST_GUESS_MS = 100;

/** Lets a bounded number of images in at a time; the others wait, and their callers take turns. */
export class Gate {
  readonly #limits: Required<GateLimits>;
  readonly #waiters = createFairQueue<Waiter>();
  readonly #waiting = { bounded: { count: 0, bytes: 0 }, patient: { count: 0, bytes: 0 } };
  /** The caller of each that is. */
  readonly #inside: unknown[] = [];
  readonly #arrivals: Arrivals;
  #stayMs = FIRST_GUESS_MS;

  constructor(limits: GateLimits) {
    const { capacity } = limits;
    const noLimits = { fewestFirst: false, maxWaitingBytes: Number.POSITIVE_INFINITY, what: 'images' };
    this.#limits = { ...noLimits, ...limits };
    const { patient } = this.#waiting;
    // However much of the bounded waits: where they come one after the other, the patient would never have a turn.
    this.#arrivals = createArrivals({
      hasEnough: (coming) =>
        coming + patient.count >= capacity * PLENTY ||
        (patient.count > 0 && patient.bytes >= this.#limits.maxWaitingBytes),
      isIdle: () => !this.isFull,
    });
  }

  /** For the patient: they are asked to hold back while so many of theirs wait that more would only take memory. */
  get backlog(): Backlog {
    return this.#arrivals;
  }

  /** One is inside, and none waits. */
  get hasOne(): boolean {
    return this.#inside.length === 1 && this.#waiters.isEmpty;
  }

  /** Whether the next one will have to wait. */
  get isFull(): boolean {
    return this.#inside.length >= this.#limits.capacity;
  }

  /** Whether somebody waits who has fewer inside than this caller: of those who stay long, one should leave for them. */
  isUneven(caller: unknown): boolean {
    const own = this.#countInside(caller);
    return Array.from(this.#waiters.callers(), this.#countInside).some((count) => count < own);
  }

  /**
   * Resolves once there is room, with the function that gives the room back. Images of one caller come in order, and
   * one at a time while others wait, too.
   * @throws {DetectorError} `overloaded` when too much waits and `admission` is `bounded`: the latest of whoever has most
   * that waits, which may also happen to one that waits already
   * @throws the signal's reason when it aborts first
   */
  async enter(image: Entrant = {}): Promise<() => void> {
    const { bytes = 0, signal, admission = 'bounded' } = image;
    signal?.throwIfAborted();
    // Nobody in particular is a caller of its own.
    const caller = image.caller ?? signal ?? Symbol();
    if (!this.isFull) return this.#goIn(caller);
    const { promise, give, refuse } = createWaiter<() => void>(signal, () => {
      this.#waiters.delete(waiter);
      this.#count(waiter, -1);
    });
    const waiter: Waiter = { caller, bytes, admission, refuse, admit: () => give(this.#goIn(caller)) };
    this.#waiters.add(waiter);
    this.#count(waiter, 1);
    if (admission === 'bounded') this.#refuseOverload(waiter);
    return promise;
  }

  readonly #countInside = (caller: unknown) => this.#inside.filter((one) => one === caller).length;

  #goIn(caller: unknown): () => void {
    const enteredAt = performance.now();
    let left = false;
    this.#inside.push(caller);
    return () => {
      if (left) return;
      left = true;
      // Who leaves counts still, so that others who have as few come before.
      const next = this.#waiters.take(this.#limits.fewestFirst ? this.#countInside : undefined);
      this.#inside.splice(this.#inside.indexOf(caller), 1);
      this.#stayMs += SMOOTHING * (performance.now() - enteredAt - this.#stayMs);
      next?.admit();
    };
  }

  #count({ admission, bytes }: Waiter, sign: 1 | -1): void {
    const waiting = this.#waiting[admission];
    waiting.count += sign;
    waiting.bytes += sign * bytes;
    if (sign < 0) this.#arrivals.eased();
  }

  #refuseOverload(newcomer: Waiter): void {
    const { maxWaiting, maxWaitingBytes, what } = this.#limits;
    const { bounded, patient } = this.#waiting;
    const count = bounded.count - 1;
    const countText = `${count} ${what} wait already, MAX_QUEUE allows ${maxWaiting}`;
    if (!this.#makeRoom(newcomer, count + 1 - maxWaiting, () => 1, countText)) return;
    const bytes = bounded.bytes + patient.bytes - newcomer.bytes;
    const bytesText = `${bytes} bytes of ${what} wait already, MAX_QUEUE_BYTES allows ${maxWaitingBytes}`;
    // However large, one may wait alone.
    if (bytes > 0)
      this.#makeRoom(newcomer, bytes + newcomer.bytes - maxWaitingBytes, (one) => one.bytes, bytesText);
  }

  /** Refused now rather than after their bytes have waited for nothing. @returns whether the newcomer stays */
  #makeRoom(newcomer: Waiter, tooMuch: number, weigh: Weigh, text: string): boolean {
    if (tooMuch <= 0) return true;
    const { bounded, patient } = this.#waiting;
    const retryAfterMs = Math.ceil((this.#stayMs * (bounded.count + patient.count)) / this.#limits.capacity);
    const refused = this.#chooseRefused(newcomer, tooMuch, weigh);
    const error = new DetectorError('overloaded', `${text}; try again later`, { retryAfterMs });
    for (const waiter of refused) waiter.refuse(error);
    return !refused.includes(newcomer);
  }

  /**
   * The latest of whoever has most that waits, so many that enough goes, where they keep as much as the newcomer's caller
   * has; else the newcomer.
   */
  #chooseRefused(newcomer: Waiter, tooMuch: number, weigh: Weigh): readonly Waiter[] {
    const boundedOf = (caller: unknown) =>
      this.#waiters.of(caller).filter(({ admission }) => admission === 'bounded');
    const sum = (some: readonly Waiter[]) => some.reduce((total, waiter) => total + weigh(waiter), 0);
    let most: readonly Waiter[] = [];
    for (const theirs of Array.from(this.#waiters.callers(), boundedOf))
      if (sum(theirs) > sum(most)) most = theirs;
    const from = most.findLastIndex((_, index) => sum(most.slice(index)) >= tooMuch);
    const keepEnough = from >= 0 && sum(most.slice(0, from)) >= sum(boundedOf(newcomer.caller));
    return keepEnough ? most.slice(from) : [newcomer];
  }
}
