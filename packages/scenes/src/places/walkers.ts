import type { Random } from '../random.ts';
import { along, type Ground, type Size, spread, type Thing } from '../setting.ts';
import { standingBird } from '../shapes/bird.ts';
import { cat } from '../shapes/cat.ts';
import { sized } from '../shapes/catalog.ts';
import { dog } from '../shapes/dog.ts';
import { person } from '../shapes/person.ts';
import { heldUmbrella } from '../shapes/umbrella.ts';

export interface WalkersOptions {
  readonly count: number;
  /** Shares of the ground's height between which they are. */
  readonly from: number;
  readonly to: number;
  /** What else may come along, by weight; default: dogs, cats and birds now and then. */
  readonly animals?: number;
}

/** People on foot, some under umbrellas, some with a dog beside them; cats and birds. */
export function walkers(random: Random, size: Size, ground: Ground, options: WalkersOptions): Thing[] {
  const { count, from, to, animals = 0.45 } = options;
  return spread(random, count, -0.05 * size.width, 1.05 * size.width).flatMap((x, i) => {
    const each = random.fork(i);
    const y = ground.at(each.range(from, to));
    return each.chance(animals) ? animal(each, size, ground, x, y) : walker(each, size, ground, x, y);
  });
}

function walker(random: Random, { width }: Size, ground: Ground, x: number, y: number): Thing[] {
  const scale = ground.scaleAt(y);
  const walks = random.chance(0.65);
  const holds = random.chance(0.28);
  const flip = random.chance(0.5);
  const speed = walks ? random.range(0.8, 1.5) * scale * (flip ? -1 : 1) : 0;
  const at = along(x, speed, 1.5 * scale, width);
  const pose = (time: number) => ({ x: at(time), y, scale, flip });
  const things: Thing[] = [{ name: 'person', look: person(random, { walks, holds }), pose, depth: y }];
  if (holds) {
    // The hand of a raised arm is 0.34 m in front and 1.36 m up.
    const side = flip ? -1 : 1;
    const look = heldUmbrella(random);
    things.unshift({
      name: 'umbrella',
      look,
      pose: (time) => ({
        x: at(time) + side * 0.33 * scale,
        y: y - 1.36 * scale,
        scale: scale * 1.05,
        turn: -side * 6,
        flip,
      }),
      depth: y - 0.01,
    });
  } else if (random.chance(0.2)) {
    const pet = dog(random.fork('pet'));
    const lead = (flip ? -1 : 1) * random.range(0.7, 1.1) * scale;
    things.push({
      name: 'dog',
      look: pet,
      pose: (time) => ({ x: at(pet.still ? 0 : time) + lead, y: y + 2, scale, flip }),
      depth: y + 2,
    });
  }
  return things;
}

function animal(random: Random, { width }: Size, ground: Ground, x: number, y: number): Thing[] {
  const scale = ground.scaleAt(y);
  const flip = random.chance(0.5);
  const name = random.pick(['dog', 'cat', 'bird'] as const);
  const look =
    name === 'dog'
      ? dog(random)
      : name === 'cat'
        ? sized(cat(random), 1.15)
        : sized(standingBird(random), random.range(0.8, 1.25));
  const pace = name === 'bird' ? 0 : random.range(0, 0.5) * scale * (flip ? -1 : 1);
  const speed = look.still ? 0 : pace;
  const at = along(x, speed, scale, width);
  return [{ name, look, pose: (time) => ({ x: at(time), y, scale, flip }), depth: y }];
}
