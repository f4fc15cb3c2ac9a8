import { shade, vivid } from '../colour.ts';
import { type Figure, fill, stroke } from '../figure.ts';
import { type Point, path, polygon, polyline, smooth } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';

/** A kite in the air around the origin, 1.6 m high with its tail; the string is no part of it. */
export function kite(random: Random): Look {
  const colours = [vivid(random), vivid(random), vivid(random)] as const;
  const phase = random.range(0, 6);
  const delta = random.chance(0.3);
  const bows = random.int(2, 4);
  const length = random.range(0.5, 0.9);
  const string = random.range(3, 5);
  return (time) => [
    stroke(path(`M0 0 Q-.2 ${string * 0.6} -1.2 ${string}`), '#f7f7f2', 0.012, { extra: true, opacity: 0.7 }),
    ...tail(colours, bows, length, phase + time * 3),
    ...(delta ? deltaSail(colours) : diamondSail(colours)),
  ];
}

function diamondSail([first, second, third]: readonly [string, string, string]): Figure {
  const [top, left, right, bottom, cross]: Point[] = [
    [0, -0.62],
    [-0.45, -0.14],
    [0.45, -0.14],
    [0, 0.56],
    [0, -0.14],
  ];
  const piece = (a: Point, b: Point, colour: string) => fill(polygon([a, b, cross as Point]), colour);
  return [
    piece(top as Point, left as Point, first),
    piece(top as Point, right as Point, second),
    piece(left as Point, bottom as Point, shade(second, -0.12)),
    piece(right as Point, bottom as Point, third),
    stroke(polyline([top as Point, bottom as Point]), shade(first, -0.45), 0.025),
    stroke(polyline([left as Point, right as Point]), shade(first, -0.45), 0.025),
    stroke(polygon([top, right, bottom, left] as Point[]), shade(first, -0.3), 0.02),
  ];
}

function deltaSail([first, second, third]: readonly [string, string, string]): Figure {
  return [
    fill(path('M0 -.5 L-.78 .3 Q-.4 .2 0 .38 Z'), {
      gradient: 'right',
      stops: [[shade(first, -0.1)], [first]],
    }),
    fill(path('M0 -.5 L.78 .3 Q.4 .2 0 .38 Z'), {
      gradient: 'right',
      stops: [[second], [shade(second, -0.15)]],
    }),
    fill(path('M0 -.5 L-.24 .28 Q0 .3 .24 .28 Z'), third),
    stroke(path('M-.78 .3 L0 -.5 L.78 .3 M0 -.5 L0 .5'), shade(first, -0.45), 0.022),
  ];
}

function tail(
  [first, second, third]: readonly [string, string, string],
  bows: number,
  length: number,
  phase: number,
): Figure {
  const at = (t: number): Point => [Math.sin(phase - t * 5) * 0.12 * t, 0.45 + t * length];
  const line = smooth(
    Array.from({ length: 8 }, (_, i) => at(i / 7)),
    false,
  );
  return [
    stroke(line, shade(first, -0.2), 0.02),
    ...Array.from({ length: bows }, (_, i) => {
      const [x, y] = at((i + 1) / bows);
      const colour = [second, third, first][i % 3] as string;
      return fill(
        path(
          `M${x} ${y} L${x - 0.12} ${y - 0.06} L${x - 0.12} ${y + 0.06} Z M${x} ${y} L${x + 0.12} ${y - 0.06} L${x + 0.12} ${y + 0.06} Z`,
        ),
        colour,
      );
    }),
  ];
}
