import { hsl, shade } from '../colour.ts';
import { down, fill } from '../figure.ts';
import { ellipse, type Point, path, rect, smooth } from '../path.ts';
import type { Random } from '../random.ts';
import { bench, bush, hills, sky, tree } from '../scenery.ts';
import { createGround, type Ground, type Place, type Size, spread, type Thing } from '../setting.ts';
import { boat } from '../shapes/boat.ts';
import { shapeOf, sized } from '../shapes/catalog.ts';
import { inTheSky } from './air.ts';
import { walkers } from './walkers.ts';

/** A meadow with trees and a path, a pond sometimes; kites above. */
export const park: Place = (random, size) => {
  const { width, height } = size;
  const horizon = height * random.range(0.28, 0.48);
  const ground = createGround(horizon, height, random.range(1.5, 3));
  const green = hsl(random.range(70, 130), random.range(30, 55), random.range(40, 60));
  const air = sky(random.fork('sky'), size, horizon);
  const far = hills(
    random.fork('hills'),
    size,
    horizon,
    height * random.range(0.08, 0.22),
    shade(green, -0.1),
  );
  const meadow = fill(
    rect(-2, horizon, width + 4, height - horizon + 4),
    down(shade(green, 0.22), green, shade(green, -0.15)),
  );
  const way = footpath(random.fork('path'), size, ground);
  const pond = random.chance(0.4)
    ? { x: random.range(0.15, 0.85) * width, y: ground.at(random.range(0.14, 0.24)) }
    : undefined;
  const water =
    pond &&
    fill(ellipse(pond.x, pond.y, width * 0.32, (height - horizon) * 0.12), down('#8cc7e0', '#4f96bd'));
  const blades = tufts(random.fork('tufts'), size, ground, green);
  return {
    backdrop: (time) => [...air(time), ...far, meadow, ...(water ? [water] : []), way, ...blades],
    things: [
      ...inTheSky(random.fork('air'), size, horizon),
      ...planted(random.fork('plants'), size, ground),
      ...(pond ? [afloat(random.fork('boat'), pond, width, ground)] : []),
      ...walkers(random.fork('far'), size, ground, { count: random.int(0, 4), from: 0.28, to: 0.5 }),
      ...walkers(random.fork('near'), size, ground, {
        count: random.int(1, 4),
        from: 0.6,
        to: 1.02,
        animals: 0.6,
      }),
      ...toys(random.fork('toys'), size, ground),
    ],
  };
};

function footpath(random: Random, { width, height }: Size, ground: Ground) {
  const sand = hsl(random.range(32, 48), random.range(22, 42), random.range(66, 80));
  const [x, bend] = [random.range(0.2, 0.8) * width, random.range(-0.4, 0.4) * width];
  return fill(
    path(
      `M${x - width * 0.16} ${height + 4} Q${x + bend} ${ground.at(0.5)} ${x - bend * 0.3} ${ground.at(0.03)} L${x - bend * 0.3 + width * 0.02} ${ground.at(0.03)} Q${x + bend + width * 0.1} ${ground.at(0.5)} ${x + width * 0.18} ${height + 4} Z`,
    ),
    down(shade(sand, 0.1), sand),
  );
}

function tufts(random: Random, { width }: Size, ground: Ground, green: string) {
  return Array.from({ length: random.int(10, 50) }, () => {
    const y = ground.at(random.range(0.1, 1));
    const [x, s] = [random.range(0, width), ground.scaleAt(y) * 0.12];
    const flower = random.chance(0.2);
    if (flower)
      return fill(ellipse(x, y, s * 0.4), random.pick(['#ffffff', '#f7d23e', '#ef7fa6', '#c98bf0']));
    const points: Point[] = [
      [x - s, y],
      [x - s * 0.7, y - s],
      [x, y - s * 0.3],
      [x + s * 0.5, y - s * 1.2],
      [x + s, y],
    ];
    return fill(smooth(points), shade(green, random.range(-0.28, -0.1)));
  });
}

function planted(random: Random, { width }: Size, ground: Ground): Thing[] {
  return spread(random, random.int(2, 7), -0.05 * width, 1.05 * width).map((x) => {
    const y = ground.at(
      random.weighted([
        [random.range(0.02, 0.25), 4],
        [random.range(0.3, 0.7), 1],
      ]),
    );
    const look = random.weighted([
      [tree, 5],
      [bush, 2],
      [bench, 2],
    ] as const)(random);
    return {
      look,
      pose: () => ({ x, y, scale: ground.scaleAt(y) * (y < ground.at(0.12) ? 1.6 : 1) }),
      depth: y,
    };
  });
}

function afloat(random: Random, pond: { x: number; y: number }, width: number, ground: Ground): Thing {
  const scale = ground.scaleAt(pond.y) * random.range(0.5, 0.9);
  const flip = random.chance(0.5);
  return {
    name: 'boat',
    look: boat(random),
    pose: (time) => ({ x: pond.x + Math.sin(time * 0.3) * width * 0.1, y: pond.y, scale, flip }),
    depth: pond.y,
  };
}

/** Balls that are kicked up and down, bicycles left standing, plants in pots. */
function toys(random: Random, { width }: Size, ground: Ground): Thing[] {
  return Array.from({ length: random.int(1, 4) }, (_, i): Thing => {
    const y = ground.at(random.range(0.45, 1));
    const scale = ground.scaleAt(y);
    const x = random.range(0, width);
    const flip = random.chance(0.5);
    const name = random.weighted([
      ['sports ball', 4],
      ['bicycle', 3],
      ['potted plant', 1],
      ['cup', 0.6],
    ] as const);
    if (name === 'sports ball') {
      const [radius, jump, phase] = [
        random.range(0.14, 0.3),
        random.chance(0.4) ? random.range(0.5, 2) : 0,
        random.range(0, 3),
      ];
      const look = sized(shapeOf(name, random.fork(i)), radius);
      return {
        name,
        look,
        pose: (time) => ({
          x: x + jump * 20 * Math.sin(time),
          y: y - radius * scale - jump * scale * Math.abs(Math.sin(phase + time * 2.5)),
          scale,
        }),
        depth: y,
      };
    }
    const look = shapeOf(name, random.fork(i), { bicycle: 1.1, 'potted plant': 1, cup: 0.35 }[name]);
    return { name, look, pose: () => ({ x, y, scale, flip }), depth: y };
  });
}
