import { blend, hsl, shade } from './colour.ts';
import { down, type Figure, fill, glow, stroke } from './figure.ts';
import { ellipse, type Point, path, rect, smooth } from './path.ts';
import type { Random } from './random.ts';
import type { Setting, Size } from './setting.ts';
import type { Look } from './shapes/look.ts';
import { shadowUnder } from './shapes/shadow.ts';

const SKIES = [
  ['#4f9fe0', '#cfe9f8'],
  ['#6db6ea', '#f3f5e8'],
  ['#7a8fb5', '#f6c9a0'],
  ['#9fb3c4', '#e3e8ea'],
  ['#2f6fc2', '#9fd3f2'],
  ['#f08a5d', '#fbe3b0'],
  ['#3b4a74', '#d78f86'],
  ['#c3d3dd', '#f5f7f7'],
] as const;

/** A sky from the upper border down to the horizon, with a sun and clouds that drift. */
export function sky(random: Random, { width }: Size, horizon: number): Setting['backdrop'] {
  const [top, low] = random.pick(SKIES);
  const sun = random.chance(0.45)
    ? ([random.range(0, width), random.range(0.1, 0.7) * horizon] as const)
    : undefined;
  const radius = width * random.range(0.025, 0.05);
  const clouds = Array.from({ length: random.int(0, 5) }, () => ({
    figure: cloud(random, width * random.range(0.06, 0.16)),
    x: random.range(-0.1, 1.1) * width,
    y: random.range(0.08, 0.75) * horizon,
    speed: random.range(2, 9),
  }));
  return (time) => [
    fill(rect(-2, -2, width + 4, horizon + 4), down(top, blend(top, low, 0.5), low)),
    ...(sun
      ? [fill(ellipse(...sun, radius * 3.2), glow('#fff4c8', 0.7)), fill(ellipse(...sun, radius), '#fff3c2')]
      : []),
    ...clouds.flatMap(({ figure, x, y, speed }) => shifted(figure, x + speed * time, y)),
  ];
}

function cloud(random: Random, size: number): Figure {
  const puffs = Array.from({ length: 5 }, (_, i) => {
    const x = (i - 2) * size * 0.32;
    const r = size * (0.34 - Math.abs(i - 2) * 0.06) * random.range(0.8, 1.15);
    return fill(ellipse(x, -r * 0.55, r * 1.15, r), '#ffffff', { opacity: 0.82 });
  });
  return [
    ...puffs,
    fill(rect(-size * 0.8, -size * 0.2, size * 1.6, size * 0.26, size * 0.13), '#ffffff', { opacity: 0.82 }),
  ];
}

function shifted(figure: Figure, x: number, y: number): Figure {
  const by = ([px, py]: Point): Point => [px + x, py + y];
  return figure.map((part) => ({
    ...part,
    outline: part.outline.map((segment) => {
      if (segment.kind === 'Z') return segment;
      return segment.kind === 'C'
        ? { ...segment, first: by(segment.first), second: by(segment.second), to: by(segment.to) }
        : { ...segment, to: by(segment.to) };
    }),
  }));
}

/** Hills that end at `base`. */
export function hills(random: Random, { width }: Size, base: number, tall: number, colour: string): Figure {
  return [0, 1, 2].map((i) => {
    const high = tall * (1 - i * 0.28);
    const crest = Array.from(
      { length: 9 },
      (_, k): Point => [((k - 1) / 6) * width, base - high * random.range(0.35, 1)],
    );
    const outline = smooth([[-width * 0.3, base + 9], ...crest, [width * 1.3, base + 9]]);
    return fill(outline, down(shade(colour, 0.42 - i * 0.16), shade(colour, 0.25 - i * 0.16)));
  });
}

/** A tree of 4 to 7 m: round, tall or a fir. */
export function tree(random: Random): Look {
  const green = hsl(random.range(70, 145), random.range(28, 55), random.range(26, 46));
  const trunk = random.pick(['#6b4a2f', '#7d5a3c', '#54402f']);
  const tall = random.range(4, 7);
  const crown = random.chance(0.25) ? fir(tall, green) : leaves(random, tall, green);
  return () => [
    ...shadowUnder(1.4),
    fill(path(`M-.16 0 L-.1 ${-tall * 0.55} L.1 ${-tall * 0.55} L.18 0 Z`), trunk),
    ...crown,
  ];
}

function leaves(random: Random, tall: number, green: string): Figure {
  const wide = tall * random.range(0.24, 0.36);
  return Array.from({ length: 9 }, (_, i) => {
    const angle = (i / 9) * 6.3;
    const [x, y] = [Math.cos(angle) * wide * 0.55, -tall * 0.68 + Math.sin(angle) * tall * 0.17];
    return fill(ellipse(x, y, wide * random.range(0.45, 0.62)), shade(green, -0.14 - Math.sin(angle) * 0.16));
  });
}

function fir(tall: number, green: string): Figure {
  return [0, 1, 2].map((i) => {
    const [y, half] = [-tall * (0.16 + i * 0.24), tall * (0.27 - i * 0.06)];
    return fill(path(`M${-half} ${y} L0 ${y - tall * 0.4} L${half} ${y} Z`), shade(green, -0.2 + i * 0.1));
  });
}

/** A low bush, which things may stand behind. */
export function bush(random: Random): Look {
  const green = hsl(random.range(75, 140), random.range(30, 55), random.range(26, 44));
  const puffs = Array.from({ length: 7 }, (_, i) =>
    fill(
      ellipse((i - 3) * 0.26, -0.28 - random.range(0, 0.25), random.range(0.26, 0.4)),
      shade(green, random.range(-0.2, 0.15)),
    ),
  );
  return () => [...shadowUnder(1.1), fill(rect(-1.05, -0.3, 2.1, 0.3, 0.15), shade(green, -0.2)), ...puffs];
}

/** A street lamp of 5 m. */
export function lamp(random: Random): Look {
  const colour = random.pick(['#3c444b', '#5c656c', '#2c4a42']);
  return () => [
    ...shadowUnder(0.3),
    stroke(path('M0 0 L0 -4.6 Q0 -5 .4 -5 L.9 -5'), colour, 0.1),
    fill(rect(0.7, -5.05, 0.55, 0.14, 0.06), '#fff0b8'),
    fill(rect(-0.12, -0.5, 0.24, 0.5, 0.05), colour),
  ];
}

/** A bench of 1.8 m, seen from the front. */
export function bench(random: Random): Look {
  const wood = random.pick(['#a8743f', '#8d5a33', '#6f7f5a']);
  return () => [
    ...shadowUnder(1),
    ...[-0.72, 0.66].map((x) => fill(rect(x, -0.45, 0.08, 0.45), '#3a4046')),
    ...[-0.86, -0.7, -0.48].map((y) => fill(rect(-0.9, y, 1.8, 0.12, 0.03), down(shade(wood, 0.15), wood))),
  ];
}
