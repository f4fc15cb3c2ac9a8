import { shade } from '../colour.ts';
import { type Figure, fill, stroke } from '../figure.ts';
import { ellipse, path } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { shadowUnder } from './shadow.ts';

interface Coat {
  readonly fur: string;
  readonly light: string;
  readonly stripes: boolean;
  readonly eyes: string;
  readonly collar: string | undefined;
}

function chooseCoat(random: Random): Coat {
  const [fur, light] = random.pick([
    ['#d98b3a', '#f6ddb8'],
    ['#3a3d42', '#5b6067'],
    ['#8d9299', '#e4e7ea'],
    ['#f0ece4', '#ffffff'],
    ['#6e4f37', '#d8bd9c'],
    ['#c9b79c', '#f7efe2'],
    ['#1f2125', '#f2f2f2'],
  ] as const);
  return {
    fur,
    light,
    stripes: random.chance(0.5),
    eyes: random.pick(['#7bc143', '#e8b923', '#58b4d1', '#a5c936']),
    collar: random.chance(0.3) ? random.pick(['#d9343f', '#2f7fd1', '#25a05a']) : undefined,
  };
}

/** A cat: sitting and looking at us, or walking to the right. Pointed ears, whiskers, a long thin tail. */
export function cat(random: Random): Look {
  const coat = chooseCoat(random);
  const phase = random.range(0, 6);
  const sits = random.chance(0.55);
  const draw = (time: number): Figure => [
    ...shadowUnder(sits ? 0.26 : 0.4),
    ...(sits
      ? sitting(coat, Math.sin(phase + time * 1.8))
      : walking(coat, Math.sin(phase + time * 7), Math.sin(phase + time * 2))),
  ];
  return Object.assign(draw, { still: sits });
}

function sitting(coat: Coat, sway: number): Figure {
  const { fur, light, collar } = coat;
  return [
    stroke(
      path(
        `M.14 -.06 C.34 -.02 .42 -.12 ${0.36 + sway * 0.04} -.28 C${0.33 + sway * 0.05} -.36 ${0.38 + sway * 0.06} -.4 ${0.4 + sway * 0.07} -.42`,
      ),
      shade(fur, -0.12),
      0.055,
    ),
    fill(path('M-.2 -.02 C-.26 -.2 -.16 -.4 0 -.42 C.16 -.4 .26 -.2 .2 -.02 Q0 .02 -.2 -.02 Z'), {
      gradient: 'right',
      stops: [[fur], [fur], [shade(fur, -0.16)]],
    }),
    fill(path('M-.08 -.04 C-.12 -.2 -.08 -.34 0 -.36 C.08 -.34 .12 -.2 .08 -.04 Z'), light),
    ...(coat.stripes
      ? [
          stroke(
            path('M-.2 -.16 L-.13 -.17 M-.19 -.23 L-.12 -.23 M.2 -.16 L.13 -.17 M.19 -.23 L.12 -.23'),
            shade(fur, -0.35),
            0.025,
          ),
        ]
      : []),
    fill(ellipse(-0.07, -0.025, 0.06, 0.035), shade(light, -0.04)),
    fill(ellipse(0.07, -0.025, 0.06, 0.035), shade(light, -0.04)),
    ...(collar ? [stroke(path('M-.09 -.38 Q0 -.33 .09 -.38'), collar, 0.03)] : []),
    ...face(coat, 0, -0.5),
  ];
}

function face({ fur, light, stripes, eyes }: Coat, x: number, y: number): Figure {
  const at = (dx: number, dy: number) => `${x + dx} ${y + dy}`;
  const ear = (side: 1 | -1): Figure => [
    fill(path(`M${at(side * 0.15, 0)} L${at(side * 0.15, -0.2)} L${at(side * 0.03, -0.1)} Z`), fur),
    fill(
      path(`M${at(side * 0.13, -0.06)} L${at(side * 0.13, -0.155)} L${at(side * 0.06, -0.1)} Z`),
      '#e9a7a0',
    ),
  ];
  const eye = (side: 1 | -1): Figure => [
    fill(ellipse(x + side * 0.068, y - 0.01, 0.036, 0.032), eyes),
    fill(ellipse(x + side * 0.068, y - 0.01, 0.011, 0.03), '#101214'),
  ];
  return [
    ...ear(-1),
    ...ear(1),
    fill(ellipse(x, y, 0.165, 0.14), fur),
    fill(ellipse(x, y + 0.06, 0.085, 0.06), light),
    ...(stripes
      ? [
          stroke(
            path(
              `M${at(0, -0.13)} L${at(0, -0.08)} M${at(-0.05, -0.12)} L${at(-0.04, -0.08)} M${at(0.05, -0.12)} L${at(0.04, -0.08)}`,
            ),
            shade(fur, -0.35),
            0.02,
          ),
        ]
      : []),
    ...eye(-1),
    ...eye(1),
    fill(path(`M${at(-0.022, 0.035)} L${at(0.022, 0.035)} L${at(0, 0.058)} Z`), '#d9737a'),
    stroke(
      path(
        `M${at(0, 0.058)} Q${at(-0.03, 0.09)} ${at(-0.05, 0.07)} M${at(0, 0.058)} Q${at(0.03, 0.09)} ${at(0.05, 0.07)}`,
      ),
      '#54352e',
      0.01,
    ),
    stroke(
      path(
        `M${at(-0.07, 0.06)} L${at(-0.2, 0.04)} M${at(-0.07, 0.07)} L${at(-0.19, 0.09)} M${at(0.07, 0.06)} L${at(0.2, 0.04)} M${at(0.07, 0.07)} L${at(0.19, 0.09)}`,
      ),
      shade(light, -0.25),
      0.007,
    ),
  ];
}

function walking(coat: Coat, step: number, sway: number): Figure {
  const { fur, light } = coat;
  const leg = (x: number, swing: number, colour: string): Figure => [
    stroke(path(`M${x} -.2 L${x + swing * 0.05} -.1 L${x + swing * 0.09} -.03`), colour, 0.06),
    fill(ellipse(x + swing * 0.09 + 0.02, -0.02, 0.045, 0.022), shade(light, -0.06)),
  ];
  return [
    ...leg(-0.2, -step, shade(fur, -0.2)),
    ...leg(0.2, step, shade(fur, -0.2)),
    stroke(
      path(
        `M-.26 -.3 C-.42 -.32 -.44 -.46 ${-0.42 + sway * 0.04} -.56 C${-0.41 + sway * 0.06} -.62 ${-0.38 + sway * 0.06} -.64 ${-0.35 + sway * 0.06} -.63`,
      ),
      shade(fur, -0.1),
      0.05,
    ),
    fill(
      path(
        'M-.3 -.24 C-.32 -.38 -.16 -.4 0 -.38 C.12 -.37 .26 -.42 .29 -.3 C.3 -.18 .2 -.15 0 -.16 C-.16 -.16 -.28 -.14 -.3 -.24 Z',
      ),
      { gradient: 'down', stops: [[fur], [fur], [light]] },
    ),
    ...(coat.stripes
      ? [
          stroke(
            path('M-.18 -.38 L-.17 -.28 M-.08 -.38 L-.08 -.28 M.02 -.38 L.02 -.28 M.12 -.38 L.11 -.28'),
            shade(fur, -0.35),
            0.028,
          ),
        ]
      : []),
    ...leg(-0.24, step, fur),
    ...leg(0.24, -step, fur),
    ...face(coat, 0.34, -0.44),
  ];
}
