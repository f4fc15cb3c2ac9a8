/** What waits somewhere, for those who could add to it. */
export interface Backlog {
  /** So much waits that nobody should add more than they must. */
  readonly full: boolean;
  /** Resolves when less waits than now. */
  eased(): Promise<void>;
}
