import { anyColour, shade, vivid } from '../colour.ts';
import { type Figure, fill, stroke } from '../figure.ts';
import { ellipse, type Path, type Point, path, polyline, rect } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { shadowUnder } from './shadow.ts';

const SKINS = ['#f6d2b4', '#eab98f', '#d39a6a', '#a86f45', '#7b4a2d', '#5a3522', '#fbe0cc'];
const HAIR = ['#2a1c14', '#4a2f1c', '#7a4b25', '#b98546', '#d9b46a', '#1b1b1f', '#8f8f94', '#a33f22'];

interface Outfit {
  readonly skin: string;
  readonly hair: string;
  readonly top: string;
  readonly bottom: string;
  readonly shoes: string;
  readonly hairstyle: 'short' | 'long' | 'bun' | 'cap' | 'bald' | 'curly';
  readonly wear: 'trousers' | 'shorts' | 'skirt' | 'dress' | 'coat';
  readonly bag: 'none' | 'backpack' | 'handbag';
}

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
  const size = random.chance(0.22) ? random.range(0.6, 0.8) : random.range(0.92, 1.06);
  const bulk = random.range(0.9, 1.25);
  const phase = random.range(0, 6);
  const pace = random.range(4.5, 7);
  const wave = !holds && random.chance(0.12);
  const headSize = size < 0.85 ? 1.25 : 1;
  return (time) => {
    const swing = walks
      ? Math.sin(phase + time * pace)
      : 0.12 * Math.sin(phase) * (1 - Math.abs(Math.cos(phase)));
    return scaled(
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
          ? [fill(rect(0.06, -0.86, 0.26, 0.2, 0.05), vividOf(outfit.shoes))]
          : []),
      ],
      size,
    );
  };
}

function vividOf(colour: string): string {
  return shade(colour, 0.15);
}

function chooseOutfit(random: Random): Outfit {
  return {
    skin: random.pick(SKINS),
    hair: random.pick(HAIR),
    top: anyColour(random),
    bottom: random.weighted([
      ['#2f4667', 3],
      ['#23262d', 3],
      ['#7c6a52', 2],
      [anyColour(random), 3],
    ]),
    shoes: random.weighted([
      ['#26211e', 3],
      ['#f1f1ee', 2],
      [vivid(random), 2],
    ]),
    hairstyle: random.pick(['short', 'short', 'long', 'long', 'bun', 'cap', 'bald', 'curly']),
    wear: random.pick(['trousers', 'trousers', 'trousers', 'shorts', 'skirt', 'dress', 'coat']),
    bag: random.weighted([
      ['none', 5],
      ['backpack', 2],
      ['handbag', 1],
    ]),
  };
}

function scaled(figure: Figure, size: number): Figure {
  const outline = (each: Path): Path =>
    each.map((segment) => {
      if (segment.kind === 'Z') return segment;
      const by = ([x, y]: Point): Point => [x * size, y * size];
      return segment.kind === 'C'
        ? { ...segment, first: by(segment.first), second: by(segment.second), to: by(segment.to) }
        : { ...segment, to: by(segment.to) };
    });
  return figure.map((part) => ({
    ...part,
    outline: outline(part.outline),
    ...(part.strokeWidth !== undefined && { strokeWidth: part.strokeWidth * size }),
  }));
}

function legs({ skin, bottom, shoes, wear }: Outfit, swing: number, walks: boolean, bulk: number): Figure {
  const bare = wear === 'skirt' || wear === 'dress' || wear === 'shorts';
  const spread = walks ? 0 : 0.1;
  const leg = (side: 1 | -1): Figure => {
    const reach = side * (swing * 0.3 + spread);
    const lift = walks ? Math.max(0, -side * swing) * 0.08 : 0;
    const hip: Point = [side * 0.06, -0.84];
    const knee: Point = [reach * 0.55 + 0.05 * Math.abs(swing), -0.46 - lift];
    const foot: Point = [reach, -0.09 - lift];
    const colour = side < 0 ? shade(bottom, -0.2) : bottom;
    const flesh = side < 0 ? shade(skin, -0.12) : skin;
    return [
      stroke(polyline([hip, knee, foot]), bare ? flesh : colour, (bare ? 0.13 : 0.18) * bulk),
      ...(wear === 'shorts' ? [stroke(polyline([hip, knee]), colour, 0.2 * bulk)] : []),
      fill(rect(foot[0] - 0.08, foot[1] - 0.02, 0.26, 0.11, 0.05), side < 0 ? shade(shoes, -0.2) : shoes),
    ];
  };
  return [...leg(-1), ...leg(1)];
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

function head({ skin, hair, hairstyle, top }: Outfit, size: number): Figure {
  const y = -1.56 - 0.12 * size;
  const r = 0.125 * size;
  const face = [
    fill(ellipse(0, y, r * 0.92, r * 1.12), skin),
    fill(ellipse(-r * 0.05, y + r * 0.1, r * 0.16, r * 0.24), shade(skin, -0.12)),
    fill(ellipse(r * 0.32, y - r * 0.05, r * 0.1, r * 0.13), '#2a2320'),
    fill(ellipse(r * 0.72, y - r * 0.05, r * 0.08, r * 0.13), '#2a2320'),
    stroke(
      path(`M${r * 0.3} ${y + r * 0.55} Q${r * 0.5} ${y + r * 0.68} ${r * 0.68} ${y + r * 0.52}`),
      '#8c3b33',
      r * 0.1,
    ),
  ];
  const crown = path(
    `M${-r * 1.02} ${y + r * 0.3} C${-r * 1.3} ${y - r * 1.2} ${-r * 0.3} ${y - r * 1.5} ${r * 0.2} ${y - r * 1.3} C${r * 0.9} ${y - r * 1.25} ${r * 1.05} ${y - r * 0.6} ${r * 0.9} ${y - r * 0.35} C${r * 0.4} ${y - r * 0.4} ${-r * 0.2} ${y - r * 0.6} ${-r * 0.45} ${y + r * 0.1} Z`,
  );
  switch (hairstyle) {
    case 'bald':
      return face;
    case 'cap':
      return [
        ...face,
        fill(
          path(`M${-r} ${y - r * 0.25} C${-r} ${y - r * 1.6} ${r} ${y - r * 1.6} ${r} ${y - r * 0.35} Z`),
          shade(top, -0.3),
        ),
        stroke(path(`M${r * 0.4} ${y - r * 0.35} L${r * 1.55} ${y - r * 0.25}`), shade(top, -0.4), r * 0.22),
      ];
    case 'long':
      return [
        fill(
          path(
            `M${-r * 1.15} ${y - r * 0.2} C${-r * 1.5} ${y + r} ${-r * 1.4} ${y + r * 2.2} ${-r * 0.9} ${y + r * 2.4} L${r * 0.1} ${y + r * 2} L${r * 0.2} ${y} Z`,
          ),
          shade(hair, -0.15),
        ),
        ...face,
        fill(crown, hair),
      ];
    case 'bun':
      return [fill(ellipse(-r * 0.9, y - r * 1.05, r * 0.5), shade(hair, -0.1)), ...face, fill(crown, hair)];
    case 'curly':
      return [fill(ellipse(-r * 0.2, y - r * 0.35, r * 1.4, r * 1.35), hair), ...face];
    default:
      return [...face, fill(crown, hair)];
  }
}

function arm({ top, skin, wear }: Outfit, swing: number, bulk: number, behind: boolean): Figure {
  const side = behind ? -1 : 1;
  const shoulder: Point = [side * 0.12 * bulk, -1.38];
  const elbow: Point = [side * 0.17 * bulk + swing * 0.16, -1.12];
  const hand: Point = [side * 0.17 * bulk + swing * 0.34 + 0.05 * Math.abs(swing), -0.86];
  const cloth = shade(top, behind ? -0.3 : -0.14);
  const flesh = behind ? shade(skin, -0.15) : skin;
  const long = wear === 'coat' || wear === 'trousers';
  return [
    stroke(polyline([shoulder, elbow, hand]), flesh, 0.085),
    stroke(
      polyline(long ? [shoulder, elbow, mid(elbow, hand)] : [shoulder, mid(shoulder, elbow)]),
      cloth,
      0.12,
    ),
  ];
}

function raisedArm({ top, skin }: Outfit, tilt: number): Figure {
  const elbow: Point = [0.3, -1.14];
  const hand: Point = [0.34 + tilt, -1.36];
  return [
    stroke(polyline([[0.13, -1.38], elbow, hand]), skin, 0.085),
    stroke(polyline([[0.13, -1.38], elbow]), shade(top, -0.14), 0.12),
  ];
}

function mid(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}
