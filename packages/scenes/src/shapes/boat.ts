import { anyColour, shade, vivid } from '../colour.ts';
import { down, type Figure, fill, right, stroke } from '../figure.ts';
import { ellipse, path } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';

/** A boat on water, its waterline at y = 0, 4 to 6 m long: sailing, motor or rowing boat, or a ferry. */
export function boat(random: Random): Look {
  const colour = anyColour(random);
  const accent = vivid(random);
  const kind = random.pick([sailingBoat, sailingBoat, motorBoat, rowingBoat, ferry]);
  const sails = random.weighted([
    ['#fbf8f0', 3],
    [vivid(random), 2],
  ]);
  const phase = random.range(0, 6);
  return (time) => [...kind(colour, accent, sails), ...wake(phase + time)];
}

function hull(colour: string, accent: string): Figure {
  return [
    fill(
      path('M-2.1 -.62 L2.3 -.7 Q1.9 -.1 1.5 .02 L-1.6 .02 Q-2 -.2 -2.1 -.62 Z'),
      down(shade(colour, 0.18), colour, shade(colour, -0.3)),
    ),
    stroke(path('M-2.02 -.5 L2.14 -.57'), accent, 0.09),
  ];
}

function sailingBoat(colour: string, accent: string, sails: string): Figure {
  return [
    stroke(path('M-.1 -.6 L-.1 -4.6'), '#6b4a2c', 0.09),
    fill(path('M0 -4.4 Q1.5 -2.4 1.9 -.95 L0 -.9 Z'), right(shade(sails, -0.05), sails, shade(sails, -0.12))),
    fill(path('M-.2 -4.1 Q-1.5 -2.3 -1.7 -1 L-.2 -.95 Z'), right(shade(sails, -0.22), shade(sails, -0.08))),
    fill(path('M-.1 -4.6 L.4 -4.47 L-.1 -4.32 Z'), accent),
    ...hull(colour, accent),
  ];
}

function motorBoat(colour: string, accent: string): Figure {
  return [
    fill(path('M-1.2 -.6 L-.9 -1.35 Q-.85 -1.5 -.6 -1.5 L.3 -1.5 L.9 -.66 Z'), down('#ffffff', '#d9e0e5')),
    fill(path('M-.7 -.85 L-.55 -1.32 L-.15 -1.32 L-.15 -.85 Z'), '#4f7488'),
    fill(path('M-.03 -1.32 L.22 -1.32 L.56 -.85 L-.03 -.85 Z'), '#6f9bb0'),
    stroke(path('M-.6 -1.5 L-.6 -2.05'), '#596067', 0.05),
    fill(path('M-.6 -2.05 L-1 -1.93 L-.6 -1.8 Z'), accent),
    ...hull(colour, accent),
  ];
}

function rowingBoat(colour: string): Figure {
  const wood = shade(colour, -0.1);
  return [
    fill(path('M-1.9 -.5 Q0 -.36 1.9 -.55 L1.8 -.42 Q0 -.25 -1.8 -.38 Z'), shade(wood, -0.5)),
    fill(
      path('M-2 -.55 Q0 -.3 2 -.6 Q1.7 -.08 1.2 .02 L-1.2 .02 Q-1.7 -.08 -2 -.55 Z'),
      down(shade(wood, 0.2), wood, shade(wood, -0.3)),
    ),
    stroke(path('M-1.8 -.36 Q0 -.14 1.8 -.4'), shade(wood, 0.35), 0.05),
    stroke(path('M-.3 -.55 L-1.25 -.02'), '#8a6a48', 0.07),
    fill(ellipse(-1.3, 0, 0.16, 0.07), '#8a6a48'),
  ];
}

function ferry(colour: string, accent: string): Figure {
  const windows = (y: number, from: number, count: number) =>
    Array.from({ length: count }, (_, i) => fill(ellipse(from + i * 0.42, y, 0.13, 0.12), '#3f6276'));
  return [
    fill(path('M.1 -2.1 L.1 -2.8 L.6 -2.8 L.7 -2.1 Z'), down(accent, shade(accent, -0.25))),
    fill(path('M-1.3 -1.35 L-1.2 -2.15 L1.1 -2.15 L1.35 -1.35 Z'), '#f4f6f7'),
    fill(path('M-1.8 -.6 L-1.7 -1.42 L1.75 -1.42 L1.9 -.66 Z'), down('#ffffff', '#dfe5e9')),
    ...windows(-1.76, -0.9, 5),
    ...windows(-1.05, -1.35, 7),
    ...hull(colour, accent),
  ];
}

/** Foam along the waterline and a reflection: no part of the boat. */
function wake(phase: number): Figure {
  const shift = Math.sin(phase * 2) * 0.1;
  return [
    fill(
      path('M-1.6 .02 L1.5 .02 L1.1 .5 L-1.2 .5 Z'),
      {
        gradient: 'down',
        stops: [
          ['#0b2a3d', 0.35],
          ['#0b2a3d', 0],
        ],
      },
      { extra: true },
    ),
    stroke(path(`M${-2.1 + shift} .05 Q-1 .12 0 .05 Q1 -.02 ${1.9 + shift} .05`), '#ffffff', 0.08, {
      extra: true,
      opacity: 0.75,
    }),
  ];
}
