import { shade, vivid } from '../colour.ts';
import { type Figure, fill, stroke } from '../figure.ts';
import { path } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';

/** An open umbrella held by its stick; the hand is at the origin. About 1 m wide. */
export function heldUmbrella(random: Random): Look {
  const colours = chooseColours(random);
  const grip = random.pick(['#4a2f1c', '#22262a', '#7a4b25']);
  const wide = random.range(0.48, 0.6);
  const deep = random.range(0.34, 0.46);
  return () => [
    stroke(path('M0 -.6 L0 .16 C0 .28 .12 .28 .12 .17'), grip, 0.035),
    ...canopy(colours, wide, deep, -0.42),
    stroke(path(`M0 ${-0.42 - deep} L0 ${-0.52 - deep}`), grip, 0.03),
  ];
}

/** A parasol that stands in sand or beside a table: 2.3 m, its foot at the origin. */
export function parasol(random: Random): Look {
  const colours = chooseColours(random);
  const wide = random.range(1, 1.3);
  const deep = random.range(0.55, 0.8);
  const pole = random.pick(['#f0ede6', '#8a6a48', '#5a6269']);
  return () => [
    stroke(path('M0 -1.7 L0 -.03'), pole, 0.06),
    ...canopy(colours, wide, deep, -1.6),
    stroke(path(`M0 ${-1.6 - deep} L0 ${-1.7 - deep}`), pole, 0.05),
  ];
}

function chooseColours(random: Random): readonly [string, string] {
  const first = random.chance(0.15) ? '#22262c' : vivid(random);
  const second = random.weighted([
    [first, 2],
    ['#fbf7ee', 3],
    [vivid(random), 2],
  ]);
  return [first, second];
}

/** Six segments from the tip to a scalloped rim at `y`, lit from above. */
function canopy(colours: readonly [string, string], wide: number, deep: number, y: number): Figure {
  const ribs = [-1, -0.72, -0.26, 0.26, 0.72, 1].map((x) => x * wide);
  const top = y - deep;
  const segments = ribs.slice(1).map((to, i) => {
    const from = ribs[i] as number;
    const bow = (x: number) => `${x * 0.96} ${top + deep * 0.32}`;
    const colour = colours[i % 2] as string;
    const outline = path(
      `M0 ${top} Q${bow(from)} ${from} ${y} Q${(from + to) / 2} ${y - deep * 0.2} ${to} ${y} Q${bow(to)} 0 ${top} Z`,
    );
    return fill(outline, {
      gradient: 'down',
      stops: [[shade(colour, 0.18)], [colour], [shade(colour, -0.16)]],
    });
  });
  const lines = ribs
    .slice(1, -1)
    .map((x) =>
      stroke(
        path(`M0 ${top} Q${x * 0.96} ${top + deep * 0.32} ${x} ${y}`),
        shade(colours[0], -0.35),
        wide * 0.014,
      ),
    );
  const inside = path(
    `M${-wide} ${y} Q0 ${y - deep * 0.35} ${wide} ${y} Q0 ${y - deep * 0.75} ${-wide} ${y} Z`,
  );
  return [fill(inside, shade(colours[0], -0.5)), ...segments, ...lines];
}
