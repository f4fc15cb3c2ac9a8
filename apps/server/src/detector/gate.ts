import { createArrivals } from '../flow/arrivals.ts';
import type { Backlog } from '../flow/backlog.ts';
import { createTurns } from '../flow/turns.ts';
import type { Admission, Turn } from './detector.ts';
import { DetectorError } from './detector-error.ts';

/** Lets a bounded number of images in at a time; the others wait, and their callers take turns. */
export interface Gate {
  /** Whether the next one will have to wait. */
  readonly isFull: boolean;
  /** Whether somebody waits who has fewer inside than this caller: of those who stay long, one should leave for them. */
  isUneven(caller: unknown): boolean;
  /** One is inside, and none waits. */
  readonly hasOne: boolean;
  /**
   * Resolves once there is room, with the function that gives the room back. Images of one caller come in order, and
   * one at a time while others wait, too.
   * @throws {DetectorError} `overloaded` when too much waits and `admission` is `bounded`: the latest of whoever has most
   * that waits, which may also happen to one that waits already
   * @throws the signal's reason when it aborts first
   */
  enter(image?: Entrant): Promise<() => void>;
  /** For the patient: they are asked to hold back while so many of theirs wait that more would only take memory. */
  readonly backlog: Backlog;
}

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

export function createGate(limits: GateLimits): Gate {
  const { capacity, fewestFirst = false, maxWaiting, what = 'images' } = limits;
  const { maxWaitingBytes = Number.POSITIVE_INFINITY } = limits;
  const waiters = createTurns<Waiter>();
  /** The caller of each that is. */
  const inside: unknown[] = [];
  let stayMs = FIRST_GUESS_MS;
  const bounded = { count: 0, bytes: 0 };
  const patient = { count: 0, bytes: 0 };
  const waiting = { bounded, patient };
  const waitingCount = () => bounded.count + patient.count;
  // However much of the bounded waits: where they come one after the other, the patient would never have a turn.
  const arrivals = createArrivals({
    hasEnough: (coming) =>
      coming + patient.count >= capacity * PLENTY || (patient.count > 0 && patient.bytes >= maxWaitingBytes),
    isIdle: () => inside.length < capacity,
  });

  const isFull = () => inside.length >= capacity;
  const countInside = (caller: unknown) => inside.filter((one) => one === caller).length;

  function goIn(caller: unknown): () => void {
    const enteredAt = performance.now();
    let left = false;
    inside.push(caller);
    return () => {
      if (left) return;
      left = true;
      // Who leaves counts still, so that others who have as few come before.
      const next = waiters.take(fewestFirst ? countInside : undefined);
      inside.splice(inside.indexOf(caller), 1);
      stayMs += SMOOTHING * (performance.now() - enteredAt - stayMs);
      next?.admit();
    };
  }

  function count({ admission, bytes }: Waiter, sign: 1 | -1): void {
    waiting[admission].count += sign;
    waiting[admission].bytes += sign * bytes;
    if (sign < 0) arrivals.eased();
  }

  /**
   * The latest of whoever has most that waits, so many that enough goes, where they keep as much as the newcomer's caller
   * has; else the newcomer.
   */
  function chooseRefused(newcomer: Waiter, tooMuch: number, weigh: Weigh): readonly Waiter[] {
    const boundedOf = (caller: unknown) =>
      waiters.of(caller).filter(({ admission }) => admission === 'bounded');
    const sum = (some: readonly Waiter[]) => some.reduce((total, waiter) => total + weigh(waiter), 0);
    let most: readonly Waiter[] = [];
    for (const theirs of Array.from(waiters.callers(), boundedOf)) if (sum(theirs) > sum(most)) most = theirs;
    const from = most.findLastIndex((_, index) => sum(most.slice(index)) >= tooMuch);
    const keepEnough = from >= 0 && sum(most.slice(0, from)) >= sum(boundedOf(newcomer.caller));
    return keepEnough ? most.slice(from) : [newcomer];
  }

  /** Refused now rather than after their bytes have waited for nothing. @returns whether the newcomer stays */
  function makeRoom(newcomer: Waiter, tooMuch: number, weigh: Weigh, text: string): boolean {
    if (tooMuch <= 0) return true;
    const retryAfterMs = Math.ceil((stayMs * waitingCount()) / capacity);
    const refused = chooseRefused(newcomer, tooMuch, weigh);
    const error = new DetectorError('overloaded', `${text}; try again later`, { retryAfterMs });
    for (const waiter of refused) waiter.refuse(error);
    return !refused.includes(newcomer);
  }

  function refuseOverload(newcomer: Waiter): void {
    const count = bounded.count - 1;
    const countText = `${count} ${what} wait already, MAX_QUEUE allows ${maxWaiting}`;
    if (!makeRoom(newcomer, count + 1 - maxWaiting, () => 1, countText)) return;
    const bytes = bounded.bytes + patient.bytes - newcomer.bytes;
    const bytesText = `${bytes} bytes of ${what} wait already, MAX_QUEUE_BYTES allows ${maxWaitingBytes}`;
    // However large, one may wait alone.
    if (bytes > 0)
      makeRoom(newcomer, bytes + newcomer.bytes - maxWaitingBytes, (one) => one.bytes, bytesText);
  }

  return {
    get isFull() {
      return isFull();
    },
    isUneven(caller) {
      const own = countInside(caller);
      return Array.from(waiters.callers(), countInside).some((count) => count < own);
    },
    get hasOne() {
      return inside.length === 1 && waitingCount() === 0;
    },
    async enter({ bytes = 0, signal, admission = 'bounded', caller: key = signal } = {}) {
      signal?.throwIfAborted();
      // Nobody in particular is a caller of its own.
      const caller = key ?? Symbol();
      if (!isFull()) return goIn(caller);
      const { promise, resolve, reject } = Promise.withResolvers<() => void>();
      const end = () => {
        waiters.delete(waiter);
        count(waiter, -1);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => waiter.refuse(signal?.reason);
      const waiter: Waiter = {
        caller,
        bytes,
        admission,
        admit() {
          end();
          resolve(goIn(caller));
        },
        refuse(reason) {
          end();
          reject(reason);
        },
      };
      waiters.add(waiter);
      count(waiter, 1);
      signal?.addEventListener('abort', abort, { once: true });
      if (admission === 'bounded') refuseOverload(waiter);
      return promise;
    },
    backlog: arrivals,
  };
}
