import type { ClassName } from '../classes.ts';
import { transformFigure } from '../figure.ts';
import type { Random } from '../random.ts';
import { ball } from './ball.ts';
import { bicycle } from './bicycle.ts';
import { flyingBird, standingBird } from './bird.ts';
import { boat } from './boat.ts';
import { bus } from './bus.ts';
import { car } from './car.ts';
import { cat } from './cat.ts';
import { clock } from './clock.ts';
import { cup } from './cup.ts';
import { dog } from './dog.ts';
import { kite } from './kite.ts';
import type { Look, Shape } from './look.ts';
import { person } from './person.ts';
import { pottedPlant } from './potted-plant.ts';
import { stopSign } from './stop-sign.ts';
import { trafficLight } from './traffic-light.ts';
import { heldUmbrella, parasol } from './umbrella.ts';

/** Every kind of thing, by its class. */
export const SHAPES: Readonly<Record<ClassName, Shape>> = {
  person: (random) => person(random),
  bicycle,
  car,
  bus,
  boat,
  'traffic light': trafficLight,
  'stop sign': stopSign,
  bird: (random) => (random.chance(0.5) ? flyingBird(random) : standingBird(random)),
  cat,
  dog,
  umbrella: (random) => (random.chance(0.6) ? heldUmbrella(random) : parasol(random)),
  'sports ball': ball,
  kite,
  cup,
  'potted plant': pottedPlant,
  clock: (random) => clock(random),
};

/** A look made larger or smaller, for what is drawn in units of its own. */
export function sized(look: Look, size: number): Look {
  const draw = (time: number) => transformFigure(look(time), [size, 0, 0, size, 0, 0]);
  return look.still === undefined ? draw : Object.assign(draw, { still: look.still });
}

/** A shape by its class, sized. */
export function shapeOf(name: ClassName, random: Random, size = 1): Look {
  const look = SHAPES[name](random);
  return size === 1 ? look : sized(look, size);
}
