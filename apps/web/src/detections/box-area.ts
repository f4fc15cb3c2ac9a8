import type { Box } from './detection.ts';

/** In the square of the box's own unit. */
export function boxArea([left, top, right, bottom]: Box): number {
  return (right - left) * (bottom - top);
}
