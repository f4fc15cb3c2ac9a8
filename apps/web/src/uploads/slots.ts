/** One of a few places, held until it is released, once. */
export interface Slot {
  release(): void;
  /** Whether somebody waits for a place now. */
  isWanted(): Promise<boolean>;
}

/** A few places, given in the order in which they were asked for. */
export interface Slots {
  /** @throws the signal's reason when it is aborted while waiting */
  take(signal: AbortSignal): Promise<Slot>;
}

/**
 * Places that all tabs of the page share, by the browser's locks: it opens only six connections to one host over
 * HTTP/1.1, for all tabs together. On addresses without TLS, where browsers have no locks, and where they are told to keep
 * nothing and refuse them, each tab has its own.
 *
 * @param name of the places, the same in each tab
 */
export function createSlots(
  name: string,
  count: number,
  locks: LockManager | null = globalThis.navigator?.locks ?? null,
): Slots {
  const local = createLocalSlots(count);
  if (!locks) return local;
  let slots = createSharedSlots(name, count, locks);
  return {
    async take(signal) {
      try {
        return await slots.take(signal);
      } catch {
        signal.throwIfAborted();
        slots = local;
        return slots.take(signal);
      }
    },
  };
}

/** There is no lock for several, so each place is a lock of its own: the first that is free is taken. */
function createSharedSlots(name: string, count: number, locks: LockManager): Slots {
  const names = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  const isWanted = async () =>
    ((await locks.query()).pending ?? []).some((lock) => names.includes(lock.name ?? ''));
  return {
    async take(signal) {
      const settled = new AbortController();
      const waiting = AbortSignal.any([signal, settled.signal]);
      const { promise, resolve, reject } = Promise.withResolvers<Slot>();
      function hold(): Promise<void> | undefined {
        if (settled.signal.aborted) return undefined;
        settled.abort();
        const { promise: released, resolve: release } = Promise.withResolvers<void>();
        resolve({ isWanted, release });
        return released;
      }
      for (const lock of names) locks.request(lock, { signal: waiting }, hold).catch(reject);
      return promise;
    },
  };
}

function createLocalSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  function release() {
    free++;
    waiting.shift()?.();
  }
  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        const give = () => {
          signal.removeEventListener('abort', leave);
          free--;
          resolve({ isWanted: async () => waiting.length > 0, release });
        };
        const leave = () => {
          if (waiting.includes(give)) waiting.splice(waiting.indexOf(give), 1);
          reject(signal.reason);
        };
        if (signal.aborted) return leave();
        if (free > 0) return give();
        waiting.push(give);
        signal.addEventListener('abort', leave, { once: true });
      }),
  };
}
