import { shade } from '../colour.ts';
import { type Figure, fill, stroke, transformFigure } from '../figure.ts';
import { path, rect } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { head } from './person-head.ts';
import { arm, legs, raisedArm } from './person-limbs.ts';
import { chooseOutfit, type Outfit } from './person-outfit.ts';
import { shadowUnder } from './shadow.ts';

export interface PersonOptions {
  readonly walks?: boolean;
  /** One arm holds something up in front, as the stick of an umbrella. */
  readonly holds?: boolean;
}

/** A grown-up or a child, standing or walking. */
export function person(
  random: Random,
  { walks = random.chance(0.6), holds = false }: PersonOptions = {},
): Look {
  const outfit = chooseOutfit(random);
  const size = !holds && random.chance(0.22) ? random.range(0.6, 0.8) : random.range(0.92, 1.06);
  const bulk = random.range(0.9, 1.25);
  const phase = random.range(0, 6);
  const pace = random.range(4.5, 7);
  const wave = !holds && random.chance(0.12);
  const headSize = size < 0.85 ? 1.25 : 1;
  return (time) => {
    const swing = walks
      ? Math.sin(phase + time * pace)
      : 0.12 * Math.sin(phase) * (1 - Math.abs(Math.cos(phase)));
    return transformFigure(
      [
        ...shadowUnder(0.42),
        ...arm(outfit, -swing * 0.8, bulk, true),
        ...legs(outfit, swing, walks, bulk),
        ...(outfit.bag === 'backpack'
          ? [fill(rect(-0.34 * bulk, -1.4, 0.26, 0.48, 0.1), shade(outfit.top, -0.45))]
          : []),
        ...torso(outfit, bulk),
        ...head(outfit, headSize),
        ...(holds || wave
          ? raisedArm(outfit, wave ? Math.sin(time * 6) * 0.08 : 0)
          : arm(outfit, swing * 0.8, bulk, false)),
        ...(outfit.bag === 'handbag'
          ? [fill(rect(0.06, -0.86, 0.26, 0.2, 0.05), shade(outfit.shoes, 0.15))]
          : []),
      ],
      [size, 0, 0, size, 0, 0],
    );
  };
}

function torso({ top, bottom, wear, skin }: Outfit, bulk: number): Figure {
  const b = (x: number) => x * bulk;
  const shirt = path(
    `M${b(-0.19)} -1.42 Q${b(-0.2)} -1.48 ${b(-0.1)} -1.49 L${b(0.1)} -1.49 Q${b(0.2)} -1.48 ${b(0.2)} -1.42 L${b(0.17)} -.82 Q0 -.76 ${b(-0.17)} -.82 Z`,
  );
  const long = path(
    `M${b(-0.19)} -1.42 Q${b(-0.2)} -1.48 ${b(-0.1)} -1.49 L${b(0.1)} -1.49 Q${b(0.2)} -1.48 ${b(0.2)} -1.42 L${b(0.17)} -1.02 L${b(0.27)} -.5 Q0 -.44 ${b(-0.27)} -.5 L${b(-0.17)} -1.02 Z`,
  );
  const skirt = path(`M${b(-0.17)} -.98 L${b(0.17)} -.98 L${b(0.28)} -.52 Q0 -.46 ${b(-0.28)} -.52 Z`);
  const whole = wear === 'dress' || wear === 'coat';
  return [
    stroke(path('M0 -1.44 L.01 -1.56'), shade(skin, -0.1), 0.11),
    ...(wear === 'skirt' ? [fill(skirt, bottom)] : []),
    fill(whole ? long : shirt, { gradient: 'right', stops: [[shade(top, -0.12)], [top], [shade(top, 0.1)]] }),
    ...(wear === 'coat' ? [stroke(path('M.03 -1.45 L.04 -.52'), shade(top, -0.35), 0.02)] : []),
    fill(path('M-.07 -1.49 Q0 -1.42 .08 -1.49 Z'), skin),
  ];
}
