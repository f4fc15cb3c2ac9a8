import { CLASSES } from '../classes.ts';
import { anyColour, hsl, shade, vivid } from '../colour.ts';
import { down, extent, type Figure, fill, right, stroke } from '../figure.ts';
import { ellipse, type Point, path, polygon, rect, smooth } from '../path.ts';
import type { Random } from '../random.ts';
import type { Place, Size, Thing } from '../setting.ts';
import { shapeOf } from '../shapes/catalog.ts';

/** Anything on anything: a background without meaning, and things side by side, turned a little, of any size. */
export const studio: Place = (random, size) => {
  const figure = background(random.fork('background'), size);
  const things: Thing[] = [];
  const taken: Circle[] = [];
  for (let i = random.int(2, 9); i > 0; i--) {
    const thing = arrange(random.fork(i), size, taken);
    if (thing) things.push(thing);
  }
  return { backdrop: () => figure, things };
};

interface Circle {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** Finds room for one more thing; they may overlap by a third. */
function arrange(random: Random, { width, height }: Size, taken: Circle[]): Thing | undefined {
  const name = random.pick(CLASSES);
  const look = shapeOf(name, random.fork('look'));
  const box = extent(look(0));
  if (!box) return undefined;
  const side = Math.max(box.xmax - box.xmin, box.ymax - box.ymin);
  const wanted = height * 0.09 * 8 ** random.next();
  for (let tries = 0; tries < 12; tries++) {
    const circle = { x: random.range(0, width), y: random.range(0, height), r: wanted / 2 };
    if (taken.some(({ x, y, r }) => Math.hypot(x - circle.x, y - circle.y) < 0.62 * (r + circle.r))) continue;
    taken.push(circle);
    const scale = wanted / side;
    const [cx, cy] = [(box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2];
    const flip = random.chance(0.5);
    const turn = random.chance(0.5) ? 0 : random.range(-16, 16);
    const swing = random.range(0, 6);
    const x = circle.x - cx * scale * (flip ? -1 : 1);
    const y = circle.y - cy * scale;
    return {
      name,
      look,
      pose: (time) => ({ x: x + 8 * (Math.sin(swing + time) - Math.sin(swing)), y, scale, turn: turn, flip }),
      depth: taken.length,
    };
  }
  return undefined;
}

function background(random: Random, size: Size): Figure {
  const { width, height } = size;
  const base = random.chance(0.5)
    ? hsl(random.range(0, 360), random.range(5, 45), random.range(25, 92))
    : anyColour(random);
  const other = random.chance(0.5) ? shade(base, random.range(-0.4, 0.4)) : anyColour(random);
  const whole = rect(-2, -2, width + 4, height + 4);
  const paint = random.pick([base, down(base, other), right(base, other)]);
  const motif = random.pick([nothing, nothing, stripes, dots, blobs, shards, horizon]);
  return [fill(whole, paint), ...motif(random, size, base, other)];
}

type Motif = (random: Random, size: Size, base: string, other: string) => Figure;

const nothing: Motif = () => [];

const stripes: Motif = (random, { width, height }, _, other) => {
  const [step, slant] = [random.range(18, 70), random.range(-0.6, 0.6) * height];
  return Array.from({ length: Math.ceil((width + height * 1.2) / step) }, (_each, i) => {
    const x = i * step - height * 0.6;
    return fill(
      polygon([
        [x, 0],
        [x + step / 2, 0],
        [x + step / 2 + slant, height],
        [x + slant, height],
      ]),
      other,
      { opacity: 0.5 },
    );
  });
};

const dots: Motif = (random, { width, height }, _, other) => {
  const step = random.range(24, 70);
  const points: Point[] = [];
  for (let y = 0; y < height + step; y += step)
    for (let x = (y / step) % 2 < 1 ? 0 : step / 2; x < width + step; x += step) points.push([x, y]);
  return points.map(([x, y]) => fill(ellipse(x, y, step * 0.18), other, { opacity: 0.55 }));
};

const blobs: Motif = (random, { width, height }) =>
  Array.from({ length: random.int(4, 16) }, () => {
    const [x, y, r] = [random.range(0, width), random.range(0, height), random.range(0.05, 0.3) * height];
    const points = Array.from(
      { length: 7 },
      (_, i): Point => [
        x + Math.cos(i * 0.9) * r * random.range(0.6, 1.2),
        y + Math.sin(i * 0.9) * r * random.range(0.6, 1.2),
      ],
    );
    return fill(smooth(points), vivid(random), { opacity: random.range(0.2, 0.8) });
  });

const shards: Motif = (random, { width, height }) =>
  Array.from({ length: random.int(6, 26) }, () => {
    const [x, y, r] = [random.range(0, width), random.range(0, height), random.range(0.05, 0.4) * height];
    const corner = (): Point => [x + random.range(-r, r), y + random.range(-r, r)];
    return random.chance(0.6)
      ? fill(polygon([corner(), corner(), corner()]), anyColour(random), { opacity: random.range(0.3, 0.9) })
      : stroke(
          path(`M${corner().join(' ')} Q${corner().join(' ')} ${corner().join(' ')}`),
          anyColour(random),
          random.range(1, 9),
          { opacity: random.range(0.3, 0.9) },
        );
  });

const horizon: Motif = (random, { width, height }, base) => {
  const y = height * random.range(0.5, 0.8);
  return [fill(rect(-2, y, width + 4, height - y + 4), down(shade(base, -0.1), shade(base, 0.12)))];
};
