import { shade } from '../colour.ts';
import { down, type Figure, fill, glow, type Part, right, stroke } from '../figure.ts';
import { ellipse, path, rect } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';

const LAMPS = ['#ff3b30', '#ffc21a', '#2fd45a'] as const;

/** Three lamps in a housing, which is the object; its pole, 0 to `poleMetres` below, is not. Changes every few seconds. */
export function trafficLight(random: Random): Look {
  const housing = random.pick(['#1f2428', '#2c3236', '#20382c', '#d9a41a', '#33383d', '#14181b']);
  const pole = random.range(1.6, 2.4);
  const offset = random.range(0, 9);
  const backplate = random.chance(0.3);
  const flat = random.chance(0.15);
  const hang = random.chance(0.2);
  const mast = hang ? 'M0 -3 L0 -.4' : `M0 .4 L0 ${pole}`;
  return (time) => {
    const clock = (time + offset) % 9;
    const lit = clock < 4 ? 0 : clock < 5 ? 1 : 2;
    const lamps = LAMPS.flatMap((colour, i) => {
      const [x, y] = flat ? [(i - 1) * 0.3, 0] : [0, (i - 1) * 0.3];
      return [...lamp(x, y, colour, i === lit), hood(x, y, housing)];
    });
    const [width, height] = flat ? [0.98, 0.36] : [0.36, 0.98];
    return [
      stroke(path(mast), '#4a5258', 0.09, { extra: true }),
      ...(backplate
        ? [
            fill(rect(-width / 2 - 0.09, -height / 2 - 0.09, width + 0.18, height + 0.18, 0.07), '#0f1214'),
            stroke(
              rect(-width / 2 - 0.07, -height / 2 - 0.07, width + 0.14, height + 0.14, 0.06),
              '#e9eef0',
              0.025,
            ),
          ]
        : []),
      fill(
        rect(-width / 2, -height / 2, width, height, 0.1),
        flat
          ? down(shade(housing, 0.2), housing)
          : right(shade(housing, 0.22), housing, shade(housing, -0.2)),
      ),
      ...lamps,
    ];
  };
}

function lamp(x: number, y: number, colour: string, isLit: boolean): Figure {
  const rim = fill(ellipse(x, y, 0.125), '#0b0e10');
  if (!isLit) return [rim, fill(ellipse(x, y, 0.11), shade(colour, -0.72))];
  return [
    rim,
    fill(ellipse(x, y, 0.11), colour),
    fill(ellipse(x, y, 0.3), glow(colour, 0.45), { extra: true }),
    fill(ellipse(x - 0.03, y - 0.04, 0.04), '#ffffff', { opacity: 0.75 }),
  ];
}

/** Above a lamp, against the sun. */
function hood(x: number, y: number, housing: string): Part {
  const [from, to, bottom, top] = [x - 0.12, x + 0.12, y - 0.03, y - 0.17];
  const arc = `M${from} ${bottom} C${from} ${top} ${to} ${top} ${to} ${bottom}`;
  return stroke(path(arc), shade(housing, -0.45), 0.03);
}
