import { type Figure, fill, type Paint } from './figure.ts';
import { rect } from './path.ts';
import type { Random } from './random.ts';
import type { Size } from './setting.ts';

const EVENING: Paint = {
  gradient: 'down',
  stops: [
    ['#ff8a3c', 0.3],
    ['#ffce6b', 0.08],
  ],
};

const NIGHT: Paint = {
  gradient: 'down',
  stops: [
    ['#0b1440', 0.42],
    ['#1a1440', 0.25],
  ],
};

const LOW_SUN: Paint = {
  gradient: 'right',
  stops: [
    ['#fff6d8', 0.38],
    ['#fff6d8', 0],
    ['#101830', 0.14],
  ],
};

const RIM: Paint = {
  gradient: 'out',
  stops: [
    ['#000000', 0],
    ['#000000', 0],
    ['#000000', 0.32],
  ],
};

/** What light and weather lay over a whole picture: nothing, evening, night, mist, a low sun, dusk, and a dark rim. */
export function light(random: Random, { width, height }: Size): Figure {
  const whole = rect(-2, -2, width + 4, height + 4);
  const layers: Figure = random.weighted<Figure>([
    [[], 8],
    [[fill(whole, EVENING)], 2],
    [[fill(whole, NIGHT)], 1.5],
    [[fill(whole, '#eef2f5', { opacity: random.range(0.1, 0.28) })], 1.5],
    [[fill(whole, LOW_SUN)], 2],
    [[fill(whole, '#000000', { opacity: random.range(0.08, 0.25) })], 1],
  ]);
  return random.chance(0.3) ? [...layers, fill(whole, RIM)] : layers;
}
