/** One file that means no good, or only looks as if. */
export interface HostileFile {
  /** What it is, for people; unique. */
  readonly name: string;
  /** Its ending is what it claims to be. */
  readonly fileName: string;
  readonly bytes: Buffer;
  /** What a caller of pictures must get: boxes, an error, or either of them (of a bit flip nobody knows). */
  readonly expected: 'boxes' | 'error' | 'either';
}
