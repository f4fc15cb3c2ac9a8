import type { Arrival, Backlog } from '../flow/backlog.ts';

/** How the requests of one stream, which come one after the other, take turns with those of others. */
export interface Turns {
  /** The next request is announced, and has not come. */
  readonly isAnnounced: boolean;
  /** Announces the next request, where that is not done yet. @returns resolves when it should come; undefined: it may now */
  announce(): Promise<void> | undefined;
  /** It has come. */
  arrived(): void;
  /** No request is waited for any more. */
  close(): void;
}

export function createTurns(backlog: Backlog | undefined): Turns {
  let arrival: Arrival | undefined;
  let isOver = false;

  function arrived(): void {
    arrival?.end();
    arrival = undefined;
  }

  return {
    get isAnnounced() {
      return arrival !== undefined;
    },
    announce() {
      // What still comes behind the end is read by nobody.
      if (isOver) return undefined;
      arrival ??= backlog?.announce();
      return arrival?.turn;
    },
    arrived,
    close() {
      isOver = true;
      arrived();
    },
  };
}
