import { shade } from '../colour.ts';
import { down, fill, stroke, transformFigure } from '../figure.ts';
import { type Point, path, polygon } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';

/** S, T, O, P in lines, on a field from -1 to 1 and -0.4 to 0.4. */
const LETTERS =
  'M-.5 -.2 C-.56 -.34 -.86 -.34 -.86 -.14 C-.86 .06 -.5 -.06 -.5 .16 C-.5 .36 -.82 .36 -.88 .2' +
  ' M-.36 -.28 L.04 -.28 M-.16 -.28 L-.16 .31' +
  ' M.28 -.29 C.5 -.29 .5 .31 .28 .31 C.06 .31 .06 -.29 .28 -.29' +
  ' M.6 .31 L.6 -.28 L.74 -.28 C.96 -.28 .96 .06 .74 .06 L.6 .06';

/** The red octagon, which is the object; its pole is not. Seen more or less from the side. */
export function stopSign(random: Random): Look {
  const red = random.pick(['#d0202a', '#c41a22', '#e0312d', '#b81b22']);
  const turned = random.range(0.72, 1);
  const pole = random.range(1.9, 2.4);
  const worn = random.range(-0.12, 0.1);
  const face = transformFigure(
    [
      fill(polygon(octagon(0.4)), shade('#f4f4f2', Math.min(0, worn))),
      fill(polygon(octagon(0.365)), down(shade(red, 0.14 + worn), shade(red, worn))),
      ...transformFigure([stroke(path(LETTERS), '#ffffff', 0.17)], [0.3, 0, 0, 0.36, 0, 0]),
      fill(path('M-.37 .12 L.14 -.37 L-.16 -.37 L-.37 -.16 Z'), '#ffffff', { opacity: 0.12 }),
    ],
    [turned, 0, 0, 1, 0, 0],
  );
  return () => [stroke(path(`M0 .3 L0 ${pole}`), '#7d868c', 0.07, { extra: true }), ...face];
}

function octagon(radius: number): Point[] {
  const corner = radius / Math.cos(Math.PI / 8);
  return Array.from({ length: 8 }, (_, i): Point => {
    const angle = (i + 0.5) * (Math.PI / 4);
    return [Math.cos(angle) * corner, Math.sin(angle) * corner];
  });
}
