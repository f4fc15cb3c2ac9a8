import { shade } from '../colour.ts';
import { down, fill } from '../figure.ts';
import { rect } from '../path.ts';
import type { Random } from '../random.ts';
import { createGround, type Place, type Size, spread, type Thing } from '../setting.ts';
import { cat } from '../shapes/cat.ts';
import { shapeOf, sized } from '../shapes/catalog.ts';
import { clock } from '../shapes/clock.ts';
import { person } from '../shapes/person.ts';
import { wallAndFloor } from './room-walls.ts';

/** A room: wall and floor, a table or a shelf with cups and plants, a clock, animals, somebody. */
export const room: Place = (random, size) => {
  const { height } = size;
  const edge = height * random.range(0.6, 0.74);
  const metre = height * random.range(0.38, 0.62);
  const wall = wallAndFloor(random.fork('wall'), size, edge);
  const boards = [
    table(random.fork('table'), size, metre, edge),
    ...shelves(random.fork('shelf'), size, metre, edge),
  ];
  return {
    backdrop: () => wall,
    things: [
      ...boards.flatMap(({ things }) => things),
      ...hangings(random.fork('clock'), size, edge),
      ...onTheFloor(random.fork('floor'), size, metre, edge),
    ],
  };
};

interface Furniture {
  readonly things: Thing[];
}

/** What stands on a board: cups, plants, an alarm clock, a cat. */
function onBoard(random: Random, y: number, from: number, to: number, metre: number, count: number): Thing[] {
  return spread(random, count, from, to).map((x, i): Thing => {
    const name = random.weighted([
      ['cup', 6],
      ['potted plant', 3],
      ['clock', 1.4],
      ['cat', 0.8],
      ['sports ball', 0.6],
    ] as const);
    const flip = random.chance(0.5);
    const size = {
      cup: random.range(0.13, 0.28),
      'potted plant': random.range(0.3, 0.62),
      clock: random.range(0.09, 0.16),
      cat: 0.8,
      'sports ball': random.range(0.08, 0.13),
    }[name];
    const look = sized(name === 'clock' ? clock(random.fork(i)) : shapeOf(name, random.fork(i)), size);
    const lift = name === 'clock' ? size * 1.08 : name === 'sports ball' ? size : 0;
    return {
      name,
      look,
      pose: () => ({ x, y: y - lift * metre, scale: metre, flip: flip && name !== 'clock' }),
      depth: y + i * 0.01,
    };
  });
}

function table(random: Random, { width, height }: Size, metre: number, edge: number): Furniture {
  if (random.chance(0.25)) return { things: [] };
  const wood = random.pick(['#a8743f', '#e7dfd3', '#6f4a2c', '#c99d68', '#3f444a']);
  const half = width * random.range(0.2, 0.36);
  const x = random.range(0.25, 0.75) * width;
  const floor = Math.min(height + 20, edge + (height - edge) * random.range(0.4, 1.2));
  const top = floor - metre * random.range(0.62, 0.8);
  const figure = [
    ...[-0.86, 0.82].map((side) =>
      fill(rect(x + half * side, top, half * 0.06, floor - top), shade(wood, -0.25)),
    ),
    fill(rect(x - half, top - 2, 2 * half, metre * 0.07 + 2, 3), down(shade(wood, 0.2), wood)),
  ];
  const board: Thing = { look: () => figure, pose: () => ({ x: 0, y: 0, scale: 1 }), depth: floor };
  const items = onBoard(
    random,
    top + metre * 0.02,
    x - half * 0.92,
    x + half * 0.92,
    metre * 1.25,
    random.int(1, 5),
  );
  return { things: [board, ...items.map((item) => ({ ...item, depth: floor + item.depth / 10000 }))] };
}

function shelves(random: Random, { width }: Size, metre: number, edge: number): Furniture[] {
  return Array.from({ length: random.int(0, 2) }, () => {
    const [from, wide, y] = [
      random.range(-0.05, 0.7) * width,
      random.range(0.2, 0.36) * width,
      edge * random.range(0.35, 0.62),
    ];
    const wood = random.pick(['#a8743f', '#f1ece2', '#5d4027']);
    const figure = [
      fill(rect(from, y, wide, 7, 2), down(shade(wood, 0.2), shade(wood, -0.2))),
      fill(rect(from + 4, y + 7, wide - 8, 8), '#000000', { opacity: 0.12 }),
    ];
    return {
      things: [
        { look: () => figure, pose: () => ({ x: 0, y: 0, scale: 1 }), depth: 2 },
        ...onBoard(random, y + 1, from, from + wide, metre, random.int(1, 3)).map((item) => ({
          ...item,
          depth: 3,
        })),
      ],
    };
  });
}

function hangings(random: Random, { width, height }: Size, edge: number): Thing[] {
  if (random.chance(0.4)) return [];
  const pose = {
    x: random.range(0.08, 0.92) * width,
    y: edge * random.range(0.18, 0.4),
    scale: height * random.range(0.05, 0.12),
  };
  return [{ name: 'clock', look: clock(random, { onWall: true }), pose: () => pose, depth: 1 }];
}

/** Animals, somebody, plants, balls and now and then an open umbrella on the floor. */
function onTheFloor(random: Random, { width, height }: Size, metre: number, edge: number): Thing[] {
  const ground = createGround(edge - metre * 1.6, height, 1.6);
  return spread(random, random.int(1, 4), 0, width).map((x, i): Thing => {
    const name = random.weighted([
      ['cat', 4],
      ['dog', 4],
      ['potted plant', 2.5],
      ['person', 2],
      ['sports ball', 2],
      ['umbrella', 1],
    ] as const);
    const near = name === 'person' ? random.range(0.05, 0.4) : random.range(0.15, 0.95);
    const y = edge + (height - edge) * near;
    // People are shown with their heads.
    const scale = Math.min(ground.scaleAt(y), name === 'person' ? y / 1.95 : Infinity);
    const flip = random.chance(0.5);
    const each = random.fork(i);
    const radius = random.range(0.1, 0.16);
    const look =
      name === 'cat'
        ? cat(each)
        : name === 'person'
          ? person(each, { walks: false })
          : shapeOf(
              name,
              each,
              name === 'sports ball' ? radius : name === 'potted plant' ? random.range(0.45, 0.9) : 1,
            );
    const lift = name === 'sports ball' ? radius : name === 'umbrella' ? 0.28 : 0;
    return { name, look, pose: () => ({ x, y: y - lift * scale, scale, flip }), depth: y };
  });
}
