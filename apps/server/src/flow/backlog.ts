/** What waits somewhere, for those who could add to it without end. */
export interface Backlog {
  /** Somebody is about to bring one more. Callers take turns; default: one that nobody else is. */
  announce(caller?: unknown): Arrival;
}

/** Something that is about to come. */
export interface Arrival {
  /** Resolves when it should come, or with `end`; undefined: it may come now. */
  readonly turn: Promise<void> | undefined;
  /** It is there, or will not come; further calls do nothing. */
  end(): void;
}
