/** What waits, of callers who take turns (round robin): what is one caller's comes in order. */
export interface FairQueue<T extends { readonly caller: unknown }> {
  readonly isEmpty: boolean;
  add(item: T): void;
  /** Does nothing where it is not there any more. */
  delete(item: T): void;
  /** Takes what is next out: of the lowest in rank, where callers have one (0 or more); undefined where nothing waits. */
  take(rank?: (caller: unknown) => number): T | undefined;
  /** All of one caller's, in order. */
  of(caller: unknown): readonly T[];
  /** Of whom something waits. */
  callers(): Iterable<unknown>;
}

export function createFairQueue<T extends { readonly caller: unknown }>(): FairQueue<T> {
  /** The first one's turn is next; callers with nothing that waits are not among them. */
  const callers = new Map<unknown, Set<T>>();

  function remove(item: T): void {
    const items = callers.get(item.caller);
    items?.delete(item);
    if (items?.size === 0) callers.delete(item.caller);
  }

  return {
    get isEmpty() {
      return callers.size === 0;
    },
    add(item) {
      callers.set(item.caller, (callers.get(item.caller) ?? new Set()).add(item));
    },
    delete: remove,
    take(rank = () => 0) {
      let next: unknown;
      let lowest = Number.POSITIVE_INFINITY;
      for (const caller of callers.keys()) {
        const own = rank(caller);
        if (own < lowest) [next, lowest] = [caller, own];
        if (lowest === 0) break;
      }
      const items = callers.get(next);
      if (!items) return undefined;
      // To the end of the round.
      callers.delete(next);
      callers.set(next, items);
      const [item] = items;
      if (item) remove(item);
      return item;
    },
    of: (caller) => Array.from(callers.get(caller) ?? []),
    callers: () => callers.keys(),
  };
}
