import { type Figure, fill, glow } from '../figure.ts';
import { ellipse } from '../path.ts';

/** The soft shadow that something throws on the ground where it stands: no part of its box. */
export function shadowUnder(reach: number, x = 0): Figure {
  return [fill(ellipse(x, 0.01 * reach, reach, reach * 0.13), glow('#0c1420', 0.55), { extra: true })];
}
