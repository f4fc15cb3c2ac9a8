import { hsl, shade } from '../colour.ts';
import { down, type Figure, fill, stroke } from '../figure.ts';
import { ellipse, path, rect } from '../path.ts';
import type { Random } from '../random.ts';
import { sky } from '../scenery.ts';
import { along, createGround, type Ground, type Place, type Size, spread, type Thing } from '../setting.ts';
import { boat } from '../shapes/boat.ts';
import { shapeOf, sized } from '../shapes/catalog.ts';
import { parasol } from '../shapes/umbrella.ts';
import { inTheSky } from './air.ts';
import { walkers } from './walkers.ts';

/** How much of the ground is sea. */
const SHORE = 0.36;

/** Sea with boats, sand with parasols, people and balls; kites and gulls above. */
export const beach: Place = (random, size) => {
  const { width, height } = size;
  const horizon = height * random.range(0.3, 0.46);
  const ground = createGround(horizon, height, random.range(1.7, 2.8));
  const air = sky(random.fork('sky'), size, horizon);
  const sea = hsl(random.range(180, 215), random.range(45, 75), random.range(40, 58));
  const sand = hsl(random.range(34, 48), random.range(35, 62), random.range(70, 82));
  const shore = ground.at(SHORE);
  const waves = Array.from({ length: 14 }, () => ({
    x: random.range(-0.1, 1) * width,
    y: random.range(horizon + 6, shore - 4),
    w: random.range(0.03, 0.12) * width,
  }));
  const grains = Array.from({ length: 60 }, () =>
    fill(
      ellipse(random.range(0, width), random.range(shore + 8, height), random.range(0.8, 2.4)),
      shade(sand, random.range(-0.25, 0.2)),
    ),
  );
  return {
    backdrop: (time) => {
      const tide = Math.sin(time * 0.8) * 3;
      return [
        ...air(time),
        fill(
          rect(-2, horizon, width + 4, shore - horizon + 12),
          down(shade(sea, -0.12), sea, shade(sea, 0.35)),
        ),
        ...waves.map(({ x, y, w }) =>
          stroke(path(`M${x + tide * 2} ${y} Q${x + w / 2} ${y - 3} ${x + w} ${y}`), '#ffffff', 1.4, {
            opacity: 0.55,
          }),
        ),
        ...sandBelow(shore + tide, size, sand),
        ...grains,
      ];
    },
    things: [
      ...inTheSky(random.fork('air'), size, horizon),
      ...boats(random.fork('boats'), size, ground),
      ...onTheSand(random.fork('sand'), size, ground),
      ...walkers(random.fork('walkers'), size, ground, {
        count: random.int(1, 4),
        from: 0.45,
        to: 1,
        animals: 0.4,
      }),
    ],
  };
};

/** The sand and, where it begins, the foam. */
function sandBelow(y: number, { width, height }: Size, sand: string): Figure {
  const line = `M-2 ${y} Q${width * 0.25} ${y - 10} ${width * 0.5} ${y} Q${width * 0.75} ${y + 10} ${width + 2} ${y}`;
  return [
    fill(
      path(`${line} L${width + 2} ${height + 4} L-2 ${height + 4} Z`),
      down(shade(sand, -0.1), sand, shade(sand, -0.05)),
    ),
    stroke(path(line), '#ffffff', 4, { opacity: 0.8 }),
  ];
}

function boats(random: Random, { width }: Size, ground: Ground): Thing[] {
  return spread(random, random.int(1, 4), 0, width).map((x, i) => {
    const y = ground.at(random.range(0.04, SHORE - 0.08));
    const scale = Math.max(4, ground.scaleAt(y)) * random.range(0.8, 2.2);
    const flip = random.chance(0.5);
    const at = along(x, random.range(2, 14) * (flip ? -1 : 1), 3 * scale, width);
    return {
      name: 'boat',
      look: boat(random.fork(i)),
      pose: (time) => ({
        x: at(time),
        y: y + Math.sin(time * 1.5 + i) * 1.5,
        scale,
        flip,
        turn: Math.sin(time + i) * 2,
      }),
      depth: y,
    };
  });
}

function onTheSand(random: Random, { width }: Size, ground: Ground): Thing[] {
  const things: Thing[] = [];
  for (const x of spread(random, random.int(0, 4), 0, width)) {
    const y = ground.at(random.range(0.5, 0.95));
    const lean = random.range(-10, 10);
    const towel = hsl(random.range(0, 360), 60, 60);
    const rug = [
      fill(path('M-.6 -.06 L1 -.06 L1.3 .24 L-.5 .24 Z'), towel),
      fill(path('M-.3 -.06 L0 -.06 L.1 .24 L-.25 .24 Z'), '#ffffff', { opacity: 0.7 }),
    ];
    things.push({ look: () => rug, pose: () => ({ x, y, scale: ground.scaleAt(y) }), depth: y - 1 });
    things.push({
      name: 'umbrella',
      look: parasol(random),
      pose: () => ({ x, y, scale: ground.scaleAt(y), turn: lean }),
      depth: y,
    });
  }
  for (let i = random.int(0, 3); i > 0; i--) {
    const y = ground.at(random.range(0.5, 1));
    const scale = ground.scaleAt(y);
    const [x, radius, phase] = [random.range(0, width), random.range(0.16, 0.32), random.range(0, 3)];
    const jump = random.chance(0.5) ? random.range(0.5, 2) : 0;
    const look = sized(shapeOf('sports ball', random.fork(i)), radius);
    things.push({
      name: 'sports ball',
      look,
      pose: (time) => ({
        x,
        y: y - radius * scale - jump * scale * Math.abs(Math.sin(phase + time * 2)),
        scale,
      }),
      depth: y,
    });
  }
  return things;
}
