import { anyColour, shade } from '../colour.ts';
import { type Figure, fill, right, stroke } from '../figure.ts';
import { ellipse, path, rect } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { shadowUnder } from './shadow.ts';

/** A mug, a teacup on its saucer or a paper cup, about 1 high: in units to be scaled. Steam is no part of it. */
export function cup(random: Random): Look {
  const colour = random.chance(0.35) ? '#f3f1ec' : anyColour(random);
  const drink = random.pick(['#4a2c17', '#8a5a2e', '#b5652a', '#3a2213']);
  const accent = random.pick(['none', 'band', 'dots', 'heart'] as const);
  const kind = random.pick([mug, mug, teacup, paperCup]);
  const hot = random.chance(0.6);
  const phase = random.range(0, 6);
  return (time) => [
    ...shadowUnder(0.6),
    ...(hot && kind !== paperCup ? steam(phase + time * 1.5) : []),
    ...kind(colour, drink, accent),
  ];
}

type Accent = 'none' | 'band' | 'dots' | 'heart';

function mug(colour: string, drink: string, accent: Accent): Figure {
  return [
    stroke(path('M.36 -.76 C.74 -.82 .76 -.24 .32 -.24'), shade(colour, -0.18), 0.11),
    fill(path('M-.4 -.92 L-.38 -.1 Q-.36 0 -.26 0 L.26 0 Q.36 0 .38 -.1 L.4 -.92 Z'), body(colour)),
    ...decoration(colour, accent),
    ...rim(0.4, -0.92, 0.09, colour, drink),
  ];
}

function teacup(colour: string, drink: string, accent: Accent): Figure {
  return [
    fill(ellipse(0, -0.05, 0.72, 0.07), shade(colour, -0.22)),
    fill(ellipse(0, -0.075, 0.72, 0.065), shade(colour, 0.1)),
    stroke(path('M.4 -.6 C.72 -.7 .7 -.28 .34 -.32'), shade(colour, -0.16), 0.07),
    fill(path('M-.48 -.68 C-.46 -.3 -.3 -.08 -.14 -.08 L.14 -.08 C.3 -.08 .46 -.3 .48 -.68 Z'), body(colour)),
    ...(accent === 'none' ? [] : [stroke(path('M-.43 -.46 Q0 -.36 .43 -.46'), shade(colour, -0.4), 0.04)]),
    ...rim(0.48, -0.68, 0.08, colour, drink),
  ];
}

function paperCup(colour: string, _: string, accent: Accent): Figure {
  return [
    fill(path('M-.37 -1.02 L-.28 0 L.28 0 L.37 -1.02 Z'), right('#dcd3c3', '#fbf7ef', '#e9e2d5', '#cfc6b5')),
    fill(
      path('M-.345 -.72 L-.305 -.3 L.305 -.3 L.345 -.72 Z'),
      right(shade(colour, -0.15), colour, shade(colour, -0.2)),
    ),
    ...(accent === 'none' ? [] : [fill(ellipse(0, -0.51, 0.11), '#ffffff', { opacity: 0.85 })]),
    fill(rect(-0.41, -1.12, 0.82, 0.13, 0.04), right('#2b2725', '#4a4542', '#221f1d')),
    fill(rect(-0.35, -1.2, 0.7, 0.1, 0.04), '#3a3633'),
  ];
}

function body(colour: string) {
  return right(shade(colour, -0.14), shade(colour, 0.12), colour, shade(colour, -0.24));
}

function rim(rx: number, y: number, ry: number, colour: string, drink: string): Figure {
  return [
    fill(ellipse(0, y, rx, ry), shade(colour, 0.28)),
    fill(ellipse(0, y + 0.008, rx * 0.9, ry * 0.74), shade(drink, -0.3)),
    fill(ellipse(0, y + 0.025, rx * 0.84, ry * 0.55), drink),
  ];
}

function decoration(colour: string, accent: Accent): Figure {
  const paint = shade(colour, -0.42);
  if (accent === 'band')
    return [fill(path('M-.392 -.6 Q0 -.52 .392 -.6 L.388 -.42 Q0 -.34 -.388 -.42 Z'), paint)];
  if (accent === 'dots')
    return [
      [-0.2, -0.6],
      [0.1, -0.66],
      [-0.05, -0.35],
      [0.22, -0.4],
      [-0.24, -0.24],
    ].map(([x = 0, y = 0]) => fill(ellipse(x, y, 0.055), paint));
  if (accent === 'heart')
    return [fill(path('M0 -.26 C-.3 -.46 -.2 -.66 0 -.54 C.2 -.66 .3 -.46 0 -.26 Z'), '#d9434e')];
  return [];
}

function steam(phase: number): Figure {
  return [-0.14, 0.12].map((x, i) => {
    const bend = Math.sin(phase + i * 2) * 0.1;
    return stroke(
      path(`M${x} -1.05 C${x + bend} -1.2 ${x - bend} -1.3 ${x + bend * 0.5} -1.5`),
      '#ffffff',
      0.05,
      { extra: true, opacity: 0.4 },
    );
  });
}
