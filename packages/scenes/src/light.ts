import { type Figure, fill } from './figure.ts';
import { rect } from './path.ts';
import type { Random } from './random.ts';
import type { Size } from './setting.ts';

/** What light and weather lay over a whole picture: nothing, the warmth of evening, night, mist, a dark rim. */
export function light(random: Random, { width, height }: Size): Figure {
  const whole = rect(-2, -2, width + 4, height + 4);
  const layers: Figure = random.weighted<Figure>([
    [[], 8],
    [
      [
        fill(whole, {
          gradient: 'down',
          stops: [
            ['#ff8a3c', 0.3],
            ['#ffce6b', 0.08],
          ],
        }),
      ],
      2,
    ],
    [
      [
        fill(whole, {
          gradient: 'down',
          stops: [
            ['#0b1440', 0.42],
            ['#1a1440', 0.25],
          ],
        }),
      ],
      1.5,
    ],
    [[fill(whole, '#eef2f5', { opacity: random.range(0.1, 0.28) })], 1.5],
    [
      [
        fill(whole, {
          gradient: 'right',
          stops: [
            ['#fff6d8', 0.38],
            ['#fff6d8', 0],
            ['#101830', 0.14],
          ],
        }),
      ],
      2,
    ],
    [[fill(whole, '#000000', { opacity: random.range(0.08, 0.25) })], 1],
  ]);
  const rim = fill(whole, {
    gradient: 'out',
    stops: [
      ['#000000', 0],
      ['#000000', 0],
      ['#000000', 0.32],
    ],
  });
  return random.chance(0.3) ? [...layers, rim] : layers;
}
