// Boxes come from geometry; here a rasteriser that knows nothing of it says where the paint is.
import { describe, expect, test } from 'vitest';
import { CLASSES } from '../src/classes.ts';
import { type Box, extent, place } from '../src/figure.ts';
import { Random } from '../src/random.ts';
import { SHAPES } from '../src/shapes/catalog.ts';
import { cyclist } from '../src/shapes/cyclist.ts';
import { silhouette } from '../src/silhouette.ts';
import { sights } from '../src/visibility.ts';
import { paintedExtent, worstSide } from './rasterise.ts';

const SIZE = 300;
const LOOKS = [...CLASSES.map((name) => [name, SHAPES[name]] as const), ['cyclist', cyclist] as const];

/** A look in the middle of the picture, 200 pixels wide or high, turned and mirrored at will. */
function centred(name: string, seed: number, side = 200, at: readonly [number, number] = [150, 150]) {
  const shape = LOOKS.find(([each]) => each === name)?.[1] as (typeof LOOKS)[number][1];
  const random = new Random(`${name}/${seed}`);
  const figure = shape(random)(random.range(0, 20));
  const turned = place(figure, {
    x: 0,
    y: 0,
    scale: 1,
    turn: seed % 3 === 0 ? random.range(-20, 20) : 0,
    flip: seed % 2 === 0,
  });
  const { xmin, ymin, xmax, ymax } = extent(turned) as Box;
  const scale = side / Math.max(xmax - xmin, ymax - ymin);
  return place(turned, {
    x: at[0] - ((xmin + xmax) / 2) * scale,
    y: at[1] - ((ymin + ymax) / 2) * scale,
    scale,
  });
}

describe.each(LOOKS)('the box of a %s', (name) => {
  test('is where its paint is, to a pixel', async () => {
    for (let seed = 0; seed < 12; seed++) {
      const figure = centred(name, seed);
      const painted = await paintedExtent(figure, SIZE, SIZE);
      expect(worstSide(extent(figure) as Box, painted), `seed ${seed}`).toBeLessThan(1.05);
    }
  });

  test('is cut off with it at the border', async () => {
    for (let seed = 0; seed < 4; seed++) {
      const figure = centred(name, seed, 240, [seed % 2 ? 10 : 280, 20 + 80 * seed]);
      const [seen] = sights([silhouette(figure)], SIZE, SIZE);
      if (!seen) continue;
      expect(worstSide(seen.box, await paintedExtent(figure, SIZE, SIZE)), `seed ${seed}`).toBeLessThan(1.05);
      expect(seen.share).toBeLessThan(1);
    }
  });
});
