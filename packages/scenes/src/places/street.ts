import { skyline } from '../buildings.ts';
import { hsl, shade } from '../colour.ts';
import { down, type Figure, fill, stroke } from '../figure.ts';
import { path, rect } from '../path.ts';
import type { Random } from '../random.ts';
import { lamp, sky, tree } from '../scenery.ts';
import { along, createGround, type Ground, type Place, type Size, spread, type Thing } from '../setting.ts';
import { flyingBird } from '../shapes/bird.ts';
import { shapeOf } from '../shapes/catalog.ts';
import { clock } from '../shapes/clock.ts';
import { parked, traffic } from './traffic.ts';
import { walkers } from './walkers.ts';

/** Shares of the ground's height: where the far pavement, the road and the near pavement begin. */
const BANDS = { far: 0.2, road: 0.34, near: 0.84 };

/** Houses, a road with traffic both ways, people on the pavements. */
export const street: Place = (random, size) => {
  const horizon = size.height * random.range(0.3, 0.44);
  const ground = createGround(horizon, size.height, random.range(2.1, 3.6));
  const houses = skyline(
    random.fork('houses'),
    size.width,
    ground.at(BANDS.far),
    (ground.at(BANDS.far) - 0) * random.range(0.7, 1.1),
  );
  const air = sky(random.fork('sky'), size, ground.at(BANDS.far));
  const surface = road(random.fork('road'), size, ground);
  return {
    backdrop: (time) => [...air(time), ...houses, ...surface],
    things: [
      ...traffic(random.fork('traffic'), size, ground),
      ...parked(random.fork('parked'), size, ground),
      ...roadside(random.fork('roadside'), size, ground),
      ...walkers(random.fork('far'), size, ground, { count: random.int(1, 4), from: 0.24, to: 0.32 }),
      ...walkers(random.fork('near'), size, ground, { count: random.int(0, 3), from: 0.88, to: 1.05 }),
      ...onTheWall(random.fork('wall'), size, ground),
    ],
  };
};

function road(random: Random, { width, height }: Size, ground: Ground): Figure {
  const asphalt = hsl(random.range(200, 240), random.range(2, 9), random.range(28, 52));
  const stone = hsl(random.range(20, 60), random.range(4, 16), random.range(58, 76));
  const [far, near, end] = [ground.at(BANDS.road), ground.at(BANDS.near), height + 4];
  const middle = ground.at(0.52);
  const dash = width * 0.09;
  const zebra = random.chance(0.35) ? random.range(0.1, 0.8) * width : undefined;
  const stripes = Array.from({ length: 6 }, (_, i) => {
    const [top, low, slant] = [
      far + ((near - far) * i) / 6,
      far + ((near - far) * (i + 0.55)) / 6,
      width * 0.02,
    ];
    const x = (zebra ?? 0) - slant * i;
    return fill(
      path(`M${x} ${top} H${x + width * 0.12} L${x + width * 0.12 - slant} ${low} H${x - slant} Z`),
      '#f2f2ec',
      { opacity: 0.85 },
    );
  });
  return [
    fill(
      rect(-2, ground.at(BANDS.far), width + 4, far - ground.at(BANDS.far) + 1),
      down(shade(stone, -0.12), stone),
    ),
    fill(rect(-2, far, width + 4, near - far + 1), down(shade(asphalt, 0.1), asphalt)),
    fill(rect(-2, far - 2, width + 4, 4), shade(stone, -0.3)),
    ...Array.from({ length: 9 }, (_, i) =>
      fill(rect(i * dash * 1.6 - dash, middle, dash, Math.max(2, height * 0.008)), '#f3efdc', {
        opacity: 0.9,
      }),
    ),
    ...(zebra === undefined ? [] : stripes),
    fill(rect(-2, near, width + 4, end - near), down(stone, shade(stone, -0.1))),
    fill(rect(-2, near - 3, width + 4, 5), shade(stone, -0.25)),
    ...Array.from({ length: 12 }, (_, i) =>
      stroke(
        path(`M${(i / 11) * width} ${near + 2} L${((i / 11) * 1.4 - 0.2) * width} ${end}`),
        shade(stone, -0.15),
        1,
      ),
    ),
  ];
}

function roadside(random: Random, { width }: Size, ground: Ground): Thing[] {
  const things: Thing[] = [];
  const stand = (
    share: number,
    x: number,
    make: (scale: number) => Omit<Thing, 'pose' | 'depth'>,
    lift = 0,
  ) => {
    const y = ground.at(share);
    const scale = ground.scaleAt(y);
    things.push({ ...make(scale), pose: () => ({ x, y: y - lift * scale, scale }), depth: y });
  };
  for (const x of spread(random, random.int(0, 4), 0, width)) {
    const look = random.chance(0.6) ? tree(random) : lamp(random);
    stand(0.32, x, () => ({ look }));
  }
  for (const x of spread(random, random.int(0, 3), 0, width)) {
    const name = random.pick(['traffic light', 'stop sign'] as const);
    const near = random.chance(0.45);
    const look = shapeOf(name, random.fork(x), near ? 0.9 : 1.35);
    stand(near ? 0.87 : 0.33, x, () => ({ name, look }), near ? 2 : 2.7);
  }
  for (const x of spread(random, random.int(0, 2), 0, width)) {
    const look = shapeOf('potted plant', random.fork(x), random.range(0.9, 1.5));
    stand(random.pick([0.22, 0.9]), x, () => ({ name: 'potted plant', look }));
  }
  return things;
}

/** A clock on a house, birds above the roofs. */
function onTheWall(random: Random, { width, height }: Size, ground: Ground): Thing[] {
  const things: Thing[] = [];
  if (random.chance(0.35)) {
    const pose = {
      x: random.range(0.1, 0.9) * width,
      y: ground.at(BANDS.far) * random.range(0.35, 0.6),
      scale: height * random.range(0.035, 0.075),
    };
    things.push({
      name: 'clock',
      look: clock(random.fork('clock'), { onWall: true }),
      pose: () => pose,
      depth: 0,
    });
  }
  for (let i = random.int(-1, 3); i > 0; i--) {
    const scale = height * random.range(0.06, 0.16);
    const at = along(random.range(0, width), random.range(30, 90), 60, width);
    const y = random.range(0.06, 0.35) * height;
    things.push({
      name: 'bird',
      look: flyingBird(random.fork(i)),
      pose: (time) => ({ x: at(time), y: y + 5 * Math.sin(time * 2 + i), scale }),
      depth: 1,
    });
  }
  return things;
}
