import { type Arrivals, createArrivals } from '../flow/arrivals.ts';
import type { Backlog } from '../flow/backlog.ts';
import { createWaiter } from '../flow/waiter.ts';
import type { Turn } from './detector.ts';
import { DetectorError } from './detector-error.ts';
import { type Outsider, Outsiders, type Weigh } from './outsiders.ts';

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

/** How much the latest stay counts in the average of them. */
const SMOOTHING = 0.1;
/** So many times as many as may be inside are enough to wait: until these are in, others can bring theirs. */
const PLENTY = 4;
/** Before any stay has ended. */
const FIRST_GUESS_MS = 100;

/** Lets a bounded number of images in at a time; the others wait, and their callers take turns. */
export class Gate {
  readonly #limits: Required<GateLimits>;
  readonly #outsiders = new Outsiders();
  /** The caller of each that is. */
  readonly #inside: unknown[] = [];
  readonly #arrivals: Arrivals;
  #stayMs = FIRST_GUESS_MS;

  constructor(limits: GateLimits) {
    const { capacity } = limits;
    const noLimits = { fewestFirst: false, maxWaitingBytes: Number.POSITIVE_INFINITY, what: 'images' };
    this.#limits = { ...noLimits, ...limits };
    // However much of the bounded waits: where they come one after the other, the patient would never have a turn.
    this.#arrivals = createArrivals({
      hasEnough: (coming) => {
        const { count, bytes } = this.#outsiders.patient;
        return coming + count >= capacity * PLENTY || (count > 0 && bytes >= this.#limits.maxWaitingBytes);
      },
      isIdle: () => !this.isFull,
    });
  }

  /** For the patient: they are asked to hold back while so many of theirs wait that more would only take memory. */
  get backlog(): Backlog {
    return this.#arrivals;
  }

  /** One is inside, and none waits. */
  get hasOne(): boolean {
    return this.#inside.length === 1 && this.#outsiders.isEmpty;
  }

  /** Whether the next one will have to wait. */
  get isFull(): boolean {
    return this.#inside.length >= this.#limits.capacity;
  }

  /** Whether somebody waits who has fewer inside than this caller: of those who stay long, one should leave for them. */
  isUneven(caller: unknown): boolean {
    const own = this.#countInside(caller);
    return Array.from(this.#outsiders.callers(), this.#countInside).some((count) => count < own);
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
      this.#outsiders.delete(outsider);
      this.#arrivals.eased();
    });
    const outsider: Outsider = { caller, bytes, admission, refuse, admit: () => give(this.#goIn(caller)) };
    this.#outsiders.add(outsider);
    if (admission === 'bounded') this.#refuseOverload(outsider);
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
      const next = this.#outsiders.next(this.#limits.fewestFirst ? this.#countInside : undefined);
      this.#inside.splice(this.#inside.indexOf(caller), 1);
      this.#stayMs += SMOOTHING * (performance.now() - enteredAt - this.#stayMs);
      next?.admit();
    };
  }

  #refuseOverload(newcomer: Outsider): void {
    const { maxWaiting, maxWaitingBytes, what } = this.#limits;
    const { bounded, patient } = this.#outsiders;
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
  #makeRoom(newcomer: Outsider, tooMuch: number, weigh: Weigh, text: string): boolean {
    if (tooMuch <= 0) return true;
    const { bounded, patient } = this.#outsiders;
    const retryAfterMs = Math.ceil((this.#stayMs * (bounded.count + patient.count)) / this.#limits.capacity);
    const refused = this.#outsiders.chooseRefused(newcomer, tooMuch, weigh);
    const error = new DetectorError('overloaded', `${text}; try again later`, { retryAfterMs });
    for (const one of refused) one.refuse(error);
    return !refused.includes(newcomer);
  }
}
