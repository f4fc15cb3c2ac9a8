import { Code, ConnectError } from '@connectrpc/connect';
import { isConnectionLost } from '../server/transport.ts';

/** What goes away by itself: a server that restarts, drains or is loading, a proxy or a deadline in between. */
const PASSING = new Set([Code.Unavailable, Code.DeadlineExceeded, Code.Aborted]);

/** Whether a failure is one of the moment: the same call may well succeed a little later. */
export function isPassing(error: unknown): boolean {
  return isConnectionLost(error) || (error instanceof ConnectError && PASSING.has(error.code));
}

/**
 * Waits before the next attempt.
 *
 * @param attempt how many have failed in a row, from 1
 * @throws the signal's reason when it is aborted meanwhile
 */
export type Pause = (attempt: number, signal: AbortSignal) => Promise<void>;

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 10_000;

/**
 * How long to wait after so many failures in a row: ever longer, with some scatter so that many pages do not come at
 * once when the server is back.
 *
 * @param random 0 to 1
 */
export function pauseMs(attempt: number, random: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS) * (0.75 + 0.5 * random);
}

/** Waits as `pauseMs` says, and no longer once the browser finds a network again. */
export const pauseForConnection: Pause = (attempt, signal) =>
  new Promise((resolve, reject) => {
    const over = new AbortController();
    const timer = setTimeout(end, pauseMs(attempt, Math.random()));
    function end() {
      over.abort();
      clearTimeout(timer);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    }
    globalThis.addEventListener?.('online', end, { signal: over.signal });
    signal.addEventListener('abort', end, { signal: over.signal });
    if (signal.aborted) end();
  });

/** Who waits in `callPatiently`, and for how long. */
export interface Patience {
  readonly pause: Pause;
  readonly signal: AbortSignal;
  /** Told each failure of the moment, and `undefined` when an answer came after such. */
  readonly onTrouble: (error: unknown) => void;
}

/** Calls until there is an answer. @throws what is not a failure of the moment, and the signal's reason */
export async function callPatiently<T>(
  call: () => Promise<T>,
  { pause, signal, onTrouble }: Patience,
): Promise<T> {
  for (let failed = 0; ; ) {
    try {
      const answer = await call();
      if (failed > 0) onTrouble(undefined);
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error)) throw error;
      onTrouble(error);
      await pause(++failed, signal);
    }
  }
}

/** So often in a row a call may fail before somebody who waits for a picture is told: a server is replaced meanwhile. */
const MOST_FAILURES = 6;

/** Waits out a few failures; then, or at once while this device is offline, somebody should hear of it. */
export function limitedPatience(pauseFor: Pause = pauseForConnection): Omit<Patience, 'signal'> {
  let last: unknown;
  const pause: Pause = async (attempt, signal) => {
    const isHopeless = attempt >= MOST_FAILURES || globalThis.navigator?.onLine === false;
    if (isHopeless && last !== undefined) throw last;
    await pauseFor(attempt, signal);
  };
  const onTrouble = (error: unknown) => {
    last = error;
  };
  return { pause, onTrouble };
}
