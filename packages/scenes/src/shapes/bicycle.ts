import { anyColour, shade } from '../colour.ts';
import { type Figure, fill, stroke } from '../figure.ts';
import { ellipse, type Path, path, polyline, rect } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { shadowUnder } from './shadow.ts';

const REAR = [-0.52, -0.34] as const;
const FRONT = [0.56, -0.34] as const;

/** Frames: tubes as lines through hub, seat and head. */
const FRAMES = {
  racer: 'M-.52 -.34 L-.2 -.78 L.4 -.82 L-.06 -.3 L-.52 -.34 M-.2 -.78 L-.06 -.3 M.4 -.82 L.56 -.34',
  step: 'M-.52 -.34 L-.22 -.74 L-.06 -.3 L-.52 -.34 M-.06 -.3 Q.12 -.52 .42 -.84 M.42 -.84 L.56 -.34',
} as const;

/** A bicycle from the side. */
export function bicycle(random: Random): Look {
  const colour = anyColour(random);
  const frame = FRAMES[random.pick(['racer', 'step'] as const)];
  const dropBar = random.chance(0.4);
  const basket = random.chance(0.35);
  const rack = random.chance(0.4);
  const guards = random.chance(0.4);
  const tyre = random.pick(['#22262a', '#3a3330', '#d9c9a8', '#2d3338']);
  const spokes = random.int(7, 11);
  return (time) => [
    ...shadowUnder(0.95),
    ...[REAR, FRONT].flatMap(([x, y]) => spokedWheel(x, y, tyre, spokes, time * 230)),
    ...(guards ? [REAR, FRONT].map(([x, y]) => stroke(guard(x, y), shade(colour, -0.2), 0.04)) : []),
    ...(rack ? [stroke(path('M-.75 -.72 L-.28 -.72 M-.7 -.72 L-.52 -.34'), '#4b535a', 0.035)] : []),
    stroke(path(frame), shade(colour, -0.15), 0.065),
    stroke(path(frame), colour, 0.045),
    stroke(path('M-.2 -.76 L-.26 -.95'), '#596067', 0.045),
    fill(path('M-.42 -.98 Q-.3 -1.02 -.08 -.97 Q-.12 -.92 -.28 -.9 Q-.42 -.9 -.42 -.98 Z'), '#2a2320'),
    ...handlebar(dropBar),
    ...(basket
      ? [
          fill(path('M.5 -1 L.86 -1 L.8 -.76 L.56 -.76 Z'), '#b98a54'),
          stroke(path('M.53 -.92 L.84 -.92 M.55 -.84 L.82 -.84'), '#80592c', 0.02),
        ]
      : []),
    ...pedals(time),
  ];
}

function guard(x: number, y: number): Path {
  return path(
    `M${x - 0.37} ${y} C${x - 0.37} ${y - 0.22} ${x - 0.2} ${y - 0.38} ${x} ${y - 0.38} C${x + 0.14} ${y - 0.38} ${x + 0.24} ${y - 0.32} ${x + 0.3} ${y - 0.22}`,
  );
}

function spokedWheel(x: number, y: number, tyre: string, count: number, turn: number): Figure {
  const spokes = Array.from({ length: count }, (_, i) => {
    const angle = ((turn + (i * 180) / count) * Math.PI) / 180;
    const [dx, dy] = [Math.cos(angle) * 0.29, Math.sin(angle) * 0.29];
    return stroke(
      polyline([
        [x - dx, y - dy],
        [x + dx, y + dy],
      ]),
      '#c3c9ce',
      0.01,
    );
  });
  return [
    ...spokes,
    stroke(ellipse(x, y, 0.31), tyre, 0.05),
    stroke(ellipse(x, y, 0.275), '#dfe3e6', 0.018),
    fill(ellipse(x, y, 0.035), '#474e55'),
  ];
}

function handlebar(drop: boolean): Figure {
  const stem = stroke(path('M.4 -.8 L.36 -1'), '#596067', 0.045);
  const bar = drop
    ? stroke(path('M.34 -1 L.48 -1.01 C.6 -1 .6 -.84 .48 -.85'), '#2c3136', 0.045)
    : stroke(path('M.44 -1.05 C.3 -1.09 .24 -1.03 .16 -1.02'), '#2c3136', 0.05);
  return [stem, bar];
}

/** Where a rider's feet are: angle of the near pedal around the crank, in radians. */
export function crankAngle(time: number): number {
  return time * 2.2 + 0.7;
}

/** The crank's middle and reach, in metres. */
export const CRANK = { x: -0.06, y: -0.3, reach: 0.15 };

function pedals(time: number): Figure {
  const angle = crankAngle(time);
  const [dx, dy] = [Math.cos(angle) * CRANK.reach, Math.sin(angle) * CRANK.reach];
  return [
    stroke(ellipse(-0.06, -0.3, 0.085), '#50575d', 0.025),
    stroke(
      polyline([
        [-0.06 - dx, -0.3 - dy],
        [-0.06 + dx, -0.3 + dy],
      ]),
      '#33393e',
      0.03,
    ),
    ...[-1, 1].map((side) =>
      fill(rect(-0.06 + side * dx - 0.06, -0.32 + side * dy, 0.12, 0.035, 0.01), '#22262a'),
    ),
  ];
}
