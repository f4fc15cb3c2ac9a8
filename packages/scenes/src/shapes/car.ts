import { anyColour, hsl, shade } from '../colour.ts';
import { down, type Figure, fill, stroke } from '../figure.ts';
import { ellipse, path, rect } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { shadowUnder } from './shadow.ts';
import { wheel } from './wheel.ts';

/** Outlines of bodies and windows seen from the side; front to the right, wheels at -1.27 and 1.27. */
const BODIES = {
  sedan: {
    body: 'M-2.12 -.34 C-2.2 -.6 -2.16 -.86 -2 -.92 L-1.5 -.97 C-1.15 -1.36 -.85 -1.47 -.4 -1.48 L.15 -1.48 C.6 -1.46 .85 -1.2 1.12 -.97 C1.7 -.92 2.1 -.82 2.16 -.56 L2.16 -.34 C2.16 -.26 2.1 -.22 2.02 -.22 L-2 -.22 C-2.08 -.22 -2.12 -.26 -2.12 -.34 Z',
    glass: [
      'M-1.25 -.97 C-1 -1.26 -.8 -1.37 -.38 -1.38 L-.2 -1.38 L-.2 -.97 Z',
      'M-.1 -1.38 L.12 -1.38 C.5 -1.36 .68 -1.18 .88 -.97 L-.1 -.97 Z',
    ],
  },
  hatchback: {
    body: 'M-1.9 -.34 C-2 -.7 -1.95 -1 -1.85 -1.1 C-1.75 -1.45 -1.5 -1.56 -1.1 -1.58 L-.1 -1.58 C.4 -1.56 .75 -1.25 1.02 -1 C1.6 -.96 1.95 -.84 2 -.56 L2 -.34 C2 -.26 1.95 -.22 1.87 -.22 L-1.8 -.22 C-1.87 -.22 -1.9 -.26 -1.9 -.34 Z',
    glass: [
      'M-1.68 -1.04 C-1.6 -1.36 -1.45 -1.46 -1.1 -1.47 L-.62 -1.47 L-.62 -1.02 Z',
      'M-.52 -1.47 L-.12 -1.47 C.3 -1.45 .55 -1.24 .78 -1 L-.52 -1.02 Z',
    ],
  },
  suv: {
    body: 'M-2.1 -.42 C-2.18 -.8 -2.15 -1.1 -2.08 -1.16 L-1.95 -1.66 C-1.9 -1.76 -1.8 -1.8 -1.6 -1.8 L.05 -1.8 C.5 -1.78 .78 -1.46 1 -1.16 C1.65 -1.12 2.08 -1.04 2.12 -.74 L2.12 -.42 C2.12 -.32 2.06 -.28 1.98 -.28 L-1.98 -.28 C-2.06 -.28 -2.1 -.32 -2.1 -.42 Z',
    glass: [
      'M-1.9 -1.2 L-1.79 -1.6 C-1.76 -1.66 -1.7 -1.68 -1.6 -1.68 L-1.32 -1.68 L-1.32 -1.2 Z',
      'M-1.22 -1.68 L-.42 -1.68 L-.42 -1.18 L-1.22 -1.2 Z',
      'M-.32 -1.68 L.02 -1.68 C.38 -1.66 .58 -1.4 .74 -1.16 L-.32 -1.18 Z',
    ],
  },
} as const;

/** A car from the side, or from the front or the back. */
export function car(random: Random): Look {
  return random.chance(0.72) ? carFromSide(random) : carFromEnd(random);
}

/** From the side: it can drive along. */
export function carFromSide(random: Random): Look {
  const kind = random.pick(['sedan', 'hatchback', 'suv'] as const);
  const { body, glass } = BODIES[kind];
  const colour = anyColour(random);
  const pane = random.pick(['#bfe3f2', '#9fc4d8', '#2c3a47', '#48606f', '#d9eef5']);
  const lift = kind === 'suv' ? 0.4 : 0.33;
  const doors = random.chance(0.8);
  const rim = random.pick(['#d5dade', '#8d979e', '#f2f4f5', '#3c4248']);
  const trim = random.chance(0.4);
  const rack = kind === 'suv' && random.chance(0.5);
  const taxi = kind === 'sedan' && random.chance(0.2);
  return (time) => [
    ...shadowUnder(2.35),
    ...(rack ? [stroke(path('M-1.6 -1.86 L-.1 -1.86'), '#454d54', 0.06)] : []),
    ...(taxi ? [fill(rect(-0.4, -1.68, 0.5, 0.24, 0.06), '#ffd23e')] : []),
    fill(path(body), down(shade(colour, 0.28), colour, shade(colour, -0.22))),
    ...glass.map((each) => fill(path(each), down(shade(pane, 0.25), pane))),
    fill(path('M-1 -1 L-.72 -1.33 L-.56 -1.33 L-.86 -1 Z'), '#ffffff', { opacity: 0.35 }),
    ...(doors ? doorLines(colour) : []),
    ...(trim ? [fill(rect(-1.95, -0.5, 3.95, 0.08, 0.03), shade(colour, -0.5))] : []),
    fill(rect(1.84, -0.8, 0.24, 0.16, 0.07), '#fff3c4'),
    fill(rect(-2.1, -0.84, 0.16, 0.2, 0.05), '#d8342c'),
    fill(rect(0.68, -1.08, 0.2, 0.14, 0.05), shade(colour, -0.3)),
    ...[-1.27, 1.27].flatMap((x) => [
      fill(ellipse(x, -lift, lift + 0.09), '#20252a', { opacity: 0.85 }),
      ...wheel(x, -lift, lift, rim, time * 260),
    ]),
  ];
}

function doorLines(colour: string): Figure {
  const dark = shade(colour, -0.35);
  return [
    stroke(path('M-.15 -.98 L-.15 -.34'), dark, 0.03),
    stroke(path('M.86 -.96 C.84 -.7 .76 -.5 .68 -.36'), dark, 0.03),
    stroke(path('M-.95 -.96 C-.95 -.7 -.88 -.55 -.82 -.4'), dark, 0.03),
    fill(rect(0.02, -0.86, 0.2, 0.05, 0.02), shade(colour, 0.5)),
    fill(rect(-0.78, -0.86, 0.2, 0.05, 0.02), shade(colour, 0.5)),
  ];
}

/** From its end: to be parked. */
export function carFromEnd(random: Random): Look {
  const colour = anyColour(random);
  const back = random.chance(0.4);
  const tall = random.range(0.95, 1.2);
  const lamp = back ? '#d8342c' : random.pick(['#fff6d6', '#eef6fb']);
  const pane = random.pick(['#9fc4d8', '#2c3a47', '#5d7887']);
  const grille = random.pick(['#23292e', '#596067']);
  const top = (y: number) => y * tall;
  return () => [
    ...shadowUnder(1.05),
    ...[-0.78, 0.54].map((x) => fill(rect(x, -0.42, 0.24, 0.42, 0.06), '#1d2125')),
    fill(
      path(
        `M-.9 ${top(-0.98)} L-.66 ${top(-1.42)} Q-.6 ${top(-1.52)} -.45 ${top(-1.52)} L.45 ${top(-1.52)} Q.6 ${top(-1.52)} .66 ${top(-1.42)} L.9 ${top(-0.98)} Z`,
      ),
      shade(colour, -0.12),
    ),
    fill(
      path(
        `M-.74 ${top(-0.98)} L-.57 ${top(-1.36)} Q-.53 ${top(-1.42)} -.45 ${top(-1.42)} L.45 ${top(-1.42)} Q.53 ${top(-1.42)} .57 ${top(-1.36)} L.74 ${top(-0.98)} Z`,
      ),
      down(shade(pane, 0.3), pane),
    ),
    fill(path(`M-.5 ${top(-1)} L-.3 ${top(-1.38)} L-.12 ${top(-1.38)} L-.32 ${top(-1)} Z`), '#ffffff', {
      opacity: 0.28,
    }),
    ...[-1, 1].map((side) => fill(ellipse(side * 0.95, top(-1.02), 0.1, 0.07), shade(colour, -0.2))),
    fill(
      rect(-0.93, top(-1), 1.86, top(1) - 0.2, 0.22),
      down(shade(colour, 0.25), colour, shade(colour, -0.25)),
    ),
    ...[-1, 1].flatMap((side) => [
      fill(ellipse(side * 0.66, top(-0.74), 0.2, 0.12), shade(colour, -0.4)),
      fill(ellipse(side * 0.66, top(-0.74), 0.16, 0.09), lamp),
    ]),
    ...(back ? [] : [fill(rect(-0.36, top(-0.8), 0.72, 0.18, 0.06), grille)]),
    fill(rect(-0.88, -0.46, 1.76, 0.16, 0.07), shade(colour, -0.45)),
    fill(rect(-0.26, -0.47, 0.52, 0.13, 0.02), hsl(50, 10, 94)),
  ];
}
