import type { Figure } from '../figure.ts';
import type { Random } from '../random.ts';

/**
 * One thing of a kind, as it looks at a time. In metres, y downwards, standing on y = 0 around x = 0 and facing
 * right; what hangs or flies has its middle at the origin instead.
 */
export interface Look {
  (timeSeconds: number): Figure;
  /** It sits, and should not be moved along. */
  readonly still?: boolean;
}

/** Chooses everything about a thing that does not change with time. */
export type Shape = (random: Random) => Look;
