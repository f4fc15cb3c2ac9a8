import type { Random } from '../random.ts';
import { along, type Size, spread, type Thing } from '../setting.ts';
import { flyingBird } from '../shapes/bird.ts';
import { kite } from '../shapes/kite.ts';

/** Kites on their strings and birds on their way. @param horizon in pixels */
export function inTheSky(random: Random, { width, height }: Size, horizon: number): Thing[] {
  const kites = spread(
    random,
    random.weighted([
      [0, 3],
      [1, 4],
      [2, 3],
      [3, 1],
    ]),
    0.05 * width,
    0.95 * width,
  ).map((x, i): Thing => {
    const scale = height * random.range(0.09, 0.26);
    const y = horizon * random.range(0.2, 0.8);
    const phase = random.range(0, 6);
    return {
      name: 'kite',
      look: kite(random.fork(i)),
      pose: (time) => ({
        x: x + 14 * Math.sin(phase + time * 0.9),
        y: y + 9 * Math.sin(phase * 2 + time * 1.4),
        scale,
        turn: 22 * Math.sin(phase * 3 + time * 0.7),
      }),
      depth: 2,
    };
  });
  const birds = Array.from({ length: random.int(0, 3) }, (_, i): Thing => {
    const at = along(random.range(0, width), random.range(25, 80), 60, width);
    const [y, scale] = [horizon * random.range(0.08, 0.85), height * random.range(0.06, 0.2)];
    return {
      name: 'bird',
      look: flyingBird(random.fork(`bird${i}`)),
      pose: (time) => ({ x: at(time), y: y + 6 * Math.sin(time * 1.7 + i), scale }),
      depth: 1,
    };
  });
  return [...kites, ...birds];
}
