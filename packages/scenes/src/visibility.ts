import type { Box } from './figure.ts';
import type { Silhouette } from './silhouette.ts';

/** What can be seen of a thing in the picture. */
export interface Sight {
  /** Pixels, inside the picture. */
  readonly box: Box;
  /** How much of its whole area is seen, 0 to 1. */
  readonly share: number;
}

/**
 * What is left to be seen of each thing when all are drawn over each other.
 * A side that nothing hides is exact; one that something in front hides is exact to a pixel.
 * @param things from back to front; undefined for one that covers nothing
 * @param width of the picture, in pixels
 */
export function sights(
  things: readonly (Silhouette | undefined)[],
  width: number,
  height: number,
): (Sight | undefined)[] {
  const taken = new Uint8Array(width * height);
  const seen = new Array<Sight | undefined>(things.length).fill(undefined);
  for (let i = things.length - 1; i >= 0; i--) {
    const thing = things[i];
    if (thing) seen[i] = look(thing, taken, width, height);
  }
  return seen;
}

/** Looks at what the things in front have not taken, and takes it. */
function look(thing: Silhouette, taken: Uint8Array, width: number, height: number): Sight | undefined {
  const { covered, left, top } = thing;
  const whole = { count: 0, xmin: Infinity, ymin: Infinity, xmax: -Infinity, ymax: -Infinity };
  const free = { ...whole };
  for (let row = 0, i = 0; row < thing.height; row++) {
    for (let column = 0; column < thing.width; column++, i++) {
      if (!covered[i]) continue;
      const [x, y] = [left + column, top + row];
      grow(whole, x, y);
      const inside = x >= 0 && y >= 0 && x < width && y < height;
      if (!inside || taken[y * width + x]) continue;
      grow(free, x, y);
      taken[y * width + x] = 1;
    }
  }
  if (free.count === 0) return undefined;
  // Where the outermost pixels of all are seen, so is the exact side.
  const side = (name: keyof Box) => (free[name] === whole[name] ? thing.box[name] : free[name]);
  return {
    share: free.count / whole.count,
    box: {
      xmin: Math.max(0, side('xmin')),
      ymin: Math.max(0, side('ymin')),
      xmax: Math.min(width, side('xmax')),
      ymax: Math.min(height, side('ymax')),
    },
  };
}

function grow(
  extent: { count: number } & { -readonly [K in keyof Box]: number },
  x: number,
  y: number,
): void {
  extent.count++;
  if (x < extent.xmin) extent.xmin = x;
  if (y < extent.ymin) extent.ymin = y;
  if (x + 1 > extent.xmax) extent.xmax = x + 1;
  if (y + 1 > extent.ymax) extent.ymax = y + 1;
}
