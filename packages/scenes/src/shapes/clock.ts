import { anyColour, shade } from '../colour.ts';
import { down, type Figure, fill, stroke } from '../figure.ts';
import { ellipse, path, polyline, rect } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';

/** A clock with hands, radius about 1 around the origin, to be scaled: on a wall, square, or an alarm clock. */
export function clock(random: Random, { onWall = false }: { onWall?: boolean } = {}): Look {
  const frame = random.weighted([
    [anyColour(random), 3],
    ['#22262a', 2],
    ['#7a4b25', 2],
    ['#d8dcdf', 1],
  ]);
  const dark = random.chance(0.12);
  const face = dark ? '#23282d' : random.pick(['#ffffff', '#f7f1e1', '#f0f4f6']);
  const ink = dark ? '#f3f5f6' : '#1d2226';
  const kind = random.weighted([
    ['round', 5],
    ['square', 1],
    ['alarm', onWall ? 0 : 2],
  ] as const);
  const ticks = random.pick([12, 12, 4]);
  const start = random.range(0, 43200);
  return (time) => [
    ...(kind === 'alarm' ? bells(frame) : []),
    ...body(kind, frame, face),
    ...dial(ink, ticks),
    ...hands(start + time * 30, ink),
  ];
}

function body(kind: 'round' | 'square' | 'alarm', frame: string, face: string): Figure {
  const metal = down(shade(frame, 0.25), frame, shade(frame, -0.25));
  return kind === 'square'
    ? [fill(rect(-1, -1, 2, 2, 0.2), metal), fill(rect(-0.86, -0.86, 1.72, 1.72, 0.12), face)]
    : [
        fill(ellipse(0, 0, 1), metal),
        fill(ellipse(0, 0, 0.85), face),
        stroke(ellipse(0, 0, 0.85), shade(frame, -0.45), 0.025),
      ];
}

function bells(frame: string): Figure {
  return [
    stroke(path('M-.5 .8 L-.68 1.08 M.5 .8 L.68 1.08'), shade(frame, -0.3), 0.13),
    fill(ellipse(-0.56, -0.95, 0.38, 0.3), shade(frame, -0.1)),
    fill(ellipse(0.56, -0.95, 0.38, 0.3), shade(frame, -0.2)),
    stroke(path('M0 -.95 L0 -1.22'), shade(frame, -0.4), 0.1),
    stroke(path('M-.2 -1.25 L.2 -1.25'), shade(frame, -0.4), 0.13),
  ];
}

function dial(ink: string, ticks: number): Figure {
  return Array.from({ length: ticks }, (_, i) => {
    const angle = (i * 2 * Math.PI) / ticks;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const inner = ((i * 12) / ticks) % 3 === 0 ? 0.6 : 0.7;
    return stroke(
      polyline([
        [cos * inner, sin * inner],
        [cos * 0.76, sin * 0.76],
      ]),
      ink,
      inner < 0.65 ? 0.075 : 0.045,
    );
  });
}

/** @param seconds since twelve o'clock */
function hands(seconds: number, ink: string): Figure {
  const hand = (turns: number, length: number, colour: string, width: number) => {
    const angle = (turns - 0.25) * 2 * Math.PI;
    return stroke(
      polyline([
        [-Math.cos(angle) * 0.1, -Math.sin(angle) * 0.1],
        [Math.cos(angle) * length, Math.sin(angle) * length],
      ]),
      colour,
      width,
    );
  };
  return [
    hand(seconds / 43200, 0.42, ink, 0.1),
    hand(seconds / 3600, 0.64, ink, 0.07),
    hand(seconds / 60, 0.68, '#d8342c', 0.03),
    fill(ellipse(0, 0, 0.08), ink),
  ];
}
