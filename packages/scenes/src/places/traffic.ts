import type { Random } from '../random.ts';
import { along, type Ground, type Size, spread, type Thing } from '../setting.ts';
import { bicycle } from '../shapes/bicycle.ts';
import { busFromEnd, busFromSide } from '../shapes/bus.ts';
import { carFromEnd, carFromSide } from '../shapes/car.ts';
import { cyclist } from '../shapes/cyclist.ts';

/** Vehicles on two lanes, those of a lane at one speed so that none drives into another. */
export function traffic(random: Random, { width }: Size, ground: Ground): Thing[] {
  return [
    { share: 0.48, way: -1 },
    { share: 0.74, way: 1 },
  ].flatMap(({ share, way }) => {
    const y = ground.at(share);
    const scale = ground.scaleAt(y);
    const speed = random.range(2.5, 8) * way * scale;
    const count = random.weighted([
      [0, 1],
      [1, 3],
      [2, 4],
      [3, 2],
    ]);
    const margin = 6 * scale;
    return spread(random, count, -margin, width + margin).flatMap((x, i): Thing[] => {
      const each = random.fork(i);
      const at = along(x, speed, margin, width);
      const name = each.weighted([
        ['car', 6],
        ['bus', 3.4],
        ['bicycle', 3],
      ] as const);
      const depth = ground.at(share + (name === 'bicycle' ? 0.06 : each.range(-0.02, 0.03)));
      const pose = (time: number) => ({ x: at(time), y: depth, scale: ground.scaleAt(depth), flip: way < 0 });
      if (name === 'car') return [{ name, look: carFromSide(each), pose, depth }];
      if (name === 'bus') return [{ name, look: busFromSide(each), pose, depth }];
      return [
        { name, look: bicycle(each), pose, depth },
        { name: 'person', look: cyclist(each), pose, depth: depth + 0.1 },
      ];
    });
  });
}

/** Vehicles that stand at the kerbs, seen from their ends. */
export function parked(random: Random, { width }: Size, ground: Ground): Thing[] {
  return spread(
    random,
    random.weighted([
      [0, 3],
      [1, 4],
      [2, 2],
    ]),
    0,
    width,
  ).map((x, i): Thing => {
    const name = random.weighted([
      ['car', 3],
      ['bus', 1],
      ['bicycle', 1],
    ] as const);
    const y = ground.at(name === 'bicycle' ? random.pick([0.31, 0.86]) : random.range(0.36, 0.42));
    const make = { car: carFromEnd, bus: busFromEnd, bicycle }[name];
    const pose = { x, y, scale: ground.scaleAt(y), flip: random.chance(0.5) };
    return { name, look: make(random.fork(i)), pose: () => pose, depth: y };
  });
}
