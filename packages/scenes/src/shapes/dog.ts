import { shade } from '../colour.ts';
import { type Figure, fill, stroke, transformFigure } from '../figure.ts';
import { ellipse, path } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { shadowUnder } from './shadow.ts';

interface Coat {
  readonly fur: string;
  readonly light: string;
  readonly ear: string;
  readonly spots: boolean;
  readonly collar: string;
  readonly pointed: boolean;
  readonly tongue: boolean;
}

function chooseCoat(random: Random): Coat {
  const [fur, light, ear] = random.pick([
    ['#c58a4a', '#f0d9b5', '#8a5a2b'],
    ['#f3efe6', '#ffffff', '#6d4a30'],
    ['#3b3330', '#b98a58', '#262120'],
    ['#8b6a4c', '#d9c2a3', '#5f4530'],
    ['#e3b777', '#fbeed6', '#b98544'],
    ['#6c6f75', '#d5d8dc', '#4b4e54'],
  ] as const);
  return {
    fur,
    light,
    ear,
    spots: random.chance(0.35),
    collar: random.pick(['#d9343f', '#2f7fd1', '#25a05a', '#f0b429', '#8a4fd0']),
    pointed: random.chance(0.2),
    tongue: random.chance(0.5),
  };
}

/** A dog from the side: standing, walking or sitting. A long snout, floppy ears, a tail that wags. */
export function dog(random: Random): Look {
  const coat = chooseCoat(random);
  const size = random.range(0.75, 1.2);
  const body = random.range(0.9, 1.2);
  const pose = random.pick(['stand', 'walk', 'sit'] as const);
  const phase = random.range(0, 6);
  const draw = (time: number): Figure => {
    const wag = Math.sin(phase + time * 9);
    const step = pose === 'walk' ? Math.sin(phase + time * 8) : 0;
    return pose === 'sit' ? sitting(coat, wag) : standing(coat, step, wag, body);
  };
  const look = (time: number) => grown([...shadowUnder(0.45), ...draw(time)], size);
  return Object.assign(look, { still: pose !== 'walk' });
}

function grown(figure: Figure, size: number): Figure {
  return transformFigure(figure, [size, 0, 0, size, 0, 0]);
}

function standing(coat: Coat, step: number, wag: number, body: number): Figure {
  const { fur, light } = coat;
  const b = (x: number) => x * body;
  const leg = (x: number, swing: number, colour: string): Figure => [
    stroke(path(`M${x} -.34 L${x + swing * 0.06 - 0.02} -.18 L${x + swing * 0.13} -.05`), colour, 0.085),
    fill(ellipse(x + swing * 0.13 + 0.03, -0.035, 0.065, 0.035), shade(light, -0.05)),
  ];
  const dark = shade(fur, -0.2);
  return [
    ...leg(b(-0.26), -step, dark),
    ...leg(b(0.28), step, dark),
    stroke(
      path(
        `M${b(-0.36)} -.5 Q${b(-0.5)} -.56 ${b(-0.5) - 0.02 + wag * 0.03} ${-0.74 + Math.abs(wag) * 0.02}`,
      ),
      fur,
      0.065,
    ),
    fill(
      path(
        `M${b(-0.42)} -.44 C${b(-0.42)} -.62 ${b(-0.2)} -.58 0 -.57 C${b(0.15)} -.56 ${b(0.3)} -.68 ${b(0.42)} -.58 C${b(0.46)} -.42 ${b(0.38)} -.3 ${b(0.26)} -.28 C0 -.32 ${b(-0.2)} -.3 ${b(-0.34)} -.3 Q${b(-0.42)} -.34 ${b(-0.42)} -.44 Z`,
      ),
      { gradient: 'down', stops: [[shade(fur, 0.08)], [fur], [light]] },
    ),
    ...(coat.spots
      ? [
          fill(ellipse(b(-0.2), -0.47, 0.1, 0.07), coat.ear),
          fill(ellipse(b(0.08), -0.5, 0.06, 0.045), coat.ear),
        ]
      : []),
    ...leg(b(-0.32), step, fur),
    ...leg(b(0.34), -step, fur),
    stroke(path(`M${b(0.36)} -.5 L${b(0.42)} -.72`), fur, 0.19),
    stroke(path(`M${b(0.33)} -.58 L${b(0.48)} -.56`), coat.collar, 0.045),
    ...head(coat, b(0.44), -0.78),
  ];
}

function sitting(coat: Coat, wag: number): Figure {
  const { fur, light } = coat;
  return [
    stroke(path(`M-.3 -.07 Q-.46 -.08 ${-0.5 - wag * 0.02} ${-0.24 - wag * 0.04}`), fur, 0.065),
    stroke(path('M.2 -.4 L.2 -.05'), shade(fur, -0.2), 0.085),
    fill(
      path('M-.34 -.08 C-.38 -.3 -.12 -.62 .14 -.66 C.3 -.66 .3 -.4 .26 -.26 C.2 -.08 0 -.02 -.3 -.02 Z'),
      { gradient: 'right', stops: [[shade(fur, -0.08)], [fur], [light]] },
    ),
    ...(coat.spots ? [fill(ellipse(-0.1, -0.36, 0.1, 0.08), coat.ear)] : []),
    fill(ellipse(-0.14, -0.14, 0.17, 0.13), shade(fur, -0.07)),
    fill(ellipse(0.02, -0.035, 0.11, 0.04), shade(light, -0.05)),
    stroke(path('M.14 -.42 L.13 -.05'), fur, 0.09),
    fill(ellipse(0.17, -0.035, 0.07, 0.035), shade(light, -0.05)),
    fill(ellipse(0.24, -0.035, 0.065, 0.03), shade(light, -0.12)),
    stroke(path('M.12 -.58 L.2 -.74'), fur, 0.18),
    stroke(path('M.06 -.62 L.25 -.6'), coat.collar, 0.045),
    ...head(coat, 0.2, -0.8),
  ];
}

function head({ fur, light, ear, pointed, tongue }: Coat, x: number, y: number): Figure {
  const at = (dx: number, dy: number) => `${x + dx} ${y + dy}`;
  const ears = pointed
    ? [fill(path(`M${at(-0.13, -0.06)} L${at(-0.1, -0.27)} L${at(0.02, -0.12)} Z`), ear)]
    : [
        fill(
          path(
            `M${at(-0.07, -0.11)} C${at(-0.22, -0.12)} ${at(-0.24, 0.1)} ${at(-0.15, 0.17)} C${at(-0.07, 0.16)} ${at(-0.02, 0.02)} ${at(-0.02, -0.09)} Z`,
          ),
          ear,
        ),
      ];
  return [
    ...(tongue
      ? [
          fill(
            path(
              `M${at(0.16, 0.08)} L${at(0.23, 0.08)} L${at(0.23, 0.16)} Q${at(0.19, 0.2)} ${at(0.17, 0.15)} Z`,
            ),
            '#e8707d',
          ),
        ]
      : []),
    fill(
      path(
        `M${at(-0.13, 0)} C${at(-0.14, -0.16)} ${at(0.06, -0.17)} ${at(0.11, -0.06)} L${at(0.28, -0.02)} C${at(0.34, 0.01)} ${at(0.32, 0.1)} ${at(0.24, 0.1)} L${at(0.04, 0.12)} C${at(-0.07, 0.13)} ${at(-0.13, 0.1)} ${at(-0.13, 0)} Z`,
      ),
      fur,
    ),
    fill(
      path(
        `M${at(0.12, 0.02)} L${at(0.28, -0.01)} C${at(0.33, 0.02)} ${at(0.31, 0.1)} ${at(0.24, 0.1)} L${at(0.08, 0.115)} Q${at(0.06, 0.05)} ${at(0.12, 0.02)} Z`,
      ),
      light,
    ),
    fill(ellipse(x + 0.3, y + 0.005, 0.038, 0.032), '#1c1a19'),
    stroke(path(`M${at(0.29, 0.06)} Q${at(0.2, 0.09)} ${at(0.13, 0.07)}`), '#3a2a22', 0.014),
    fill(ellipse(x + 0.07, y - 0.045, 0.024), '#ffffff'),
    fill(ellipse(x + 0.076, y - 0.045, 0.018), '#17120f'),
    ...ears,
  ];
}
