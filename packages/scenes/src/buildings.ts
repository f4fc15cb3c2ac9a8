import { hsl, shade } from './colour.ts';
import { down, type Figure, fill } from './figure.ts';
import { path, rect } from './path.ts';
import type { Random } from './random.ts';

/** A row of houses that stand on `base`, from the left border to the right, in pixels. */
export function skyline(random: Random, width: number, base: number, tall: number): Figure {
  const figure: Figure[] = [];
  const style = { saturation: random.range(8, 50), lightness: random.range(48, 80) };
  for (let x = -random.range(0, 40); x < width; ) {
    const wide = tall * random.range(0.4, 0.85);
    figure.push(house(random, x, base, wide, tall * random.range(0.55, 1), style));
    x += wide + (random.chance(0.15) ? tall * 0.2 : 0);
  }
  return figure.flat();
}

function house(
  random: Random,
  x: number,
  base: number,
  wide: number,
  tall: number,
  style: { saturation: number; lightness: number },
): Figure {
  const wall = hsl(random.range(0, 360), style.saturation, style.lightness + random.range(-8, 8));
  const [columns, rows] = [random.int(2, 5), Math.max(2, Math.round((tall / wide) * 3.2))];
  const [w, h] = [wide / columns, (tall * 0.82) / rows];
  const pane = random.pick(['#4a6a80', '#8fb6cc', '#2f3f4d', '#f5dd94']);
  const windows = Array.from({ length: columns * (rows - 1) }, (_, i) => {
    const [left, top] = [x + (i % columns) * w + w * 0.24, base - tall * 0.94 + Math.floor(i / columns) * h];
    const colour = random.chance(0.12) ? '#ffe39a' : pane;
    return [
      fill(rect(left, top, w * 0.52, h * 0.62), down(shade(colour, 0.15), colour)),
      fill(rect(left - w * 0.05, top + h * 0.62, w * 0.62, h * 0.07), shade(wall, 0.25)),
    ];
  }).flat();
  return [
    fill(rect(x, base - tall, wide, tall + 1), {
      gradient: 'right',
      stops: [[shade(wall, 0.06)], [wall], [shade(wall, -0.12)]],
    }),
    ...roof(random, x, base - tall, wide, wall),
    ...windows,
    ...shopFront(random, x, base, wide, h),
  ];
}

function roof(random: Random, x: number, top: number, wide: number, wall: string): Figure {
  const colour = random.pick(['#8a4b3a', '#5b6068', '#6f5a4a', shade(wall, -0.3)]);
  return random.chance(0.4)
    ? [
        fill(
          path(
            `M${x - wide * 0.04} ${top} L${x + wide / 2} ${top - wide * 0.3} L${x + wide * 1.04} ${top} Z`,
          ),
          colour,
        ),
      ]
    : [fill(rect(x - wide * 0.02, top - wide * 0.05, wide * 1.04, wide * 0.07), colour)];
}

/** A door, and an awning or a shop window. */
function shopFront(random: Random, x: number, base: number, wide: number, h: number): Figure {
  const colour = hsl(random.range(0, 360), 45, 40);
  const door = x + wide * random.pick([0.12, 0.42, 0.7]);
  const shop = random.chance(0.5);
  return [
    ...(shop
      ? [
          fill(rect(x + wide * 0.08, base - h * 0.85, wide * 0.84, h * 0.7), '#38505f'),
          fill(rect(x + wide * 0.05, base - h * 1.02, wide * 0.9, h * 0.24), colour),
        ]
      : []),
    fill(rect(door, base - h * 0.8, wide * 0.18, h * 0.8), shade(colour, -0.4)),
  ];
}
