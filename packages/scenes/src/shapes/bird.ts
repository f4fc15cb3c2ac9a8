import { hsl, shade, vivid } from '../colour.ts';
import { type Figure, fill, stroke } from '../figure.ts';
import { ellipse, path } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { shadowUnder } from './shadow.ts';

interface Plumage {
  readonly back: string;
  readonly belly: string;
  readonly wing: string;
  readonly beak: string;
}

const KINDS: readonly Plumage[] = [
  { back: '#f4f6f7', belly: '#ffffff', wing: '#9aa7b1', beak: '#f0a824' },
  { back: '#6f7b8a', belly: '#a9b4c0', wing: '#525d6b', beak: '#3b3f45' },
  { back: '#23262b', belly: '#33383f', wing: '#15171a', beak: '#2b2b2b' },
  { back: '#8a5a34', belly: '#e3c9a2', wing: '#6b4426', beak: '#4f4436' },
  { back: '#3f7fbf', belly: '#f2a25c', wing: '#2b5f97', beak: '#33363b' },
];

function choosePlumage(random: Random): Plumage {
  if (random.chance(0.6)) return random.pick(KINDS);
  const back = vivid(random);
  return {
    back,
    belly: hsl(random.range(30, 60), 70, 84),
    wing: shade(back, -0.28),
    beak: random.pick(['#f29a1f', '#e8622c', '#40444a']),
  };
}

/** A bird that stands on the ground, 0.3 m high before `size`: facing right, pecking now and then. */
export function standingBird(random: Random): Look {
  const plumage = choosePlumage(random);
  const phase = random.range(0, 6);
  const leg = random.range(0.06, 0.12);
  return (time) => {
    const peck = Math.max(0, Math.sin(phase + time * 2.4) - 0.75) * 0.3;
    return [...shadowUnder(0.2), ...stand(plumage, leg, peck)];
  };
}

function stand({ back, belly, wing, beak }: Plumage, leg: number, peck: number): Figure {
  const y = -leg - 0.11;
  const [hx, hy] = [0.13 + peck * 0.5, y - 0.13 + peck];
  return [
    stroke(path(`M-.02 ${y + 0.07} L-.02 0 L.03 0 M.05 ${y + 0.07} L.05 0 L.1 0`), '#c9772a', 0.018),
    fill(path(`M-.14 ${y - 0.04} L-.36 ${y + 0.01} L-.33 ${y + 0.07} L-.1 ${y + 0.06} Z`), shade(wing, -0.1)),
    fill(
      path(
        `M-.2 ${y} C-.16 ${y - 0.14} .06 ${y - 0.16} ${hx - 0.06} ${hy - 0.02} L${hx + 0.05} ${hy + 0.06} C.2 ${y + 0.06} .06 ${y + 0.12} -.06 ${y + 0.1} C-.16 ${y + 0.09} -.2 ${y + 0.06} -.2 ${y} Z`,
      ),
      { gradient: 'down', stops: [[back], [belly]] },
    ),
    fill(
      path(
        `M${hx + 0.06} ${hy - 0.025} L${hx + 0.15} ${hy + 0.01 + peck * 0.2} L${hx + 0.05} ${hy + 0.03} Z`,
      ),
      beak,
    ),
    fill(ellipse(hx, hy, 0.075), back),
    fill(
      path(
        `M-.17 ${y - 0.01} C-.1 ${y - 0.1} .06 ${y - 0.08} .08 ${y} C.04 ${y + 0.06} -.1 ${y + 0.06} -.24 ${y + 0.03} Z`,
      ),
      wing,
    ),
    stroke(path(`M-.12 ${y + 0.02} C-.06 ${y + 0.03} 0 ${y + 0.02} .04 ${y}`), shade(wing, 0.25), 0.012),
    fill(ellipse(hx + 0.025, hy - 0.015, 0.016), '#ffffff'),
    fill(ellipse(hx + 0.029, hy - 0.015, 0.011), '#101214'),
  ];
}

/** A bird in flight, 0.9 m of wings, around the origin, beating them. */
export function flyingBird(random: Random): Look {
  const plumage = choosePlumage(random);
  const phase = random.range(0, 6.3);
  const speed = random.range(5, 9);
  return random.chance(0.6) ? flySideways(plumage, phase, speed) : flyAway(plumage, phase, speed);
}

function flySideways({ back, belly, wing, beak }: Plumage, phase: number, speed: number): Look {
  return (time) => {
    const beat = Math.sin(phase + time * speed);
    const [tip, far] = [-0.34 * beat - 0.06, -0.3 * beat - 0.1];
    return [
      fill(
        path(`M-.02 -.03 Q.1 ${far} -.02 ${far - 0.12} Q-.18 ${far * 0.6} -.12 -.02 Z`),
        shade(wing, -0.22),
      ),
      fill(path('M-.2 -.02 L-.42 -.06 L-.36 .01 L-.43 .06 L-.18 .05 Z'), shade(wing, -0.1)),
      fill(
        path('M-.24 .01 C-.16 -.09 .08 -.1 .2 -.07 C.28 -.05 .28 .03 .2 .05 C.06 .1 -.16 .09 -.24 .01 Z'),
        { gradient: 'down', stops: [[back], [belly]] },
      ),
      fill(path('M.25 -.05 L.36 -.01 L.25 .025 Z'), beak),
      fill(ellipse(0.2, -0.025, 0.075, 0.07), back),
      fill(
        path(`M.1 -.02 Q.04 ${tip} -.14 ${tip - 0.14} Q-.28 ${tip * 0.55} -.16 .01 Q-.02 .04 .1 -.02 Z`),
        wing,
      ),
      stroke(path(`M.04 -.02 Q-.03 ${tip * 0.8} -.14 ${tip - 0.1}`), shade(wing, 0.3), 0.014),
      fill(ellipse(0.225, -0.04, 0.014), '#101214'),
    ];
  };
}

function flyAway({ back, wing }: Plumage, phase: number, speed: number): Look {
  return (time) => {
    const lift = -0.16 - 0.14 * Math.sin(phase + time * speed);
    const half = (side: 1 | -1) =>
      fill(
        path(
          `M0 -.05 Q${side * 0.16} ${lift - 0.08} ${side * 0.28} ${lift * 0.8} Q${side * 0.4} ${lift * 0.55} ${side * 0.52} ${lift * 0.3 + 0.04} Q${side * 0.3} ${lift * 0.25 + 0.02} ${side * 0.04} .06 Z`,
        ),
        side < 0 ? shade(wing, -0.12) : wing,
      );
    return [
      half(-1),
      half(1),
      fill(path('M-.05 .06 L0 .2 L.05 .06 Z'), shade(wing, -0.2)),
      fill(ellipse(0, 0, 0.065, 0.11), back),
      fill(ellipse(0, -0.1, 0.045), shade(back, -0.08)),
    ];
  };
}
