import { shade } from '../colour.ts';
import { type Figure, fill, stroke, transformFigure } from '../figure.ts';
import { type Point, path, polyline, rect } from '../path.ts';
import type { Random } from '../random.ts';
import { CRANK, crankAngle } from './bicycle.ts';
import type { Look } from './look.ts';
import { head } from './person-head.ts';
import { chooseOutfit, type Outfit } from './person-outfit.ts';

const HIP: Point = [-0.22, -1.04];
const SHOULDER: Point = [0.02, -1.5];
const HANDS: Point = [0.3, -1.04];
const THIGH = 0.44;
const SHIN = 0.46;

/** Somebody who rides the bicycle that is drawn at the same place: feet on its pedals. */
export function cyclist(random: Random): Look {
  const outfit = chooseOutfit(random);
  return (time) => {
    const angle = crankAngle(time);
    return [
      ...leg(outfit, angle + Math.PI, -0.25),
      ...trunk(outfit),
      ...transformFigure(head(outfit, 1), [1, 0, 0, 1, SHOULDER[0] + 0.06, SHOULDER[1] + 1.44]),
      ...leg(outfit, angle, 0),
      stroke(polyline([SHOULDER, [0.22, -1.22], HANDS]), outfit.skin, 0.085),
      stroke(polyline([SHOULDER, [0.2, -1.24]]), shade(outfit.top, -0.14), 0.12),
    ];
  };
}

function trunk({ top, skin, bottom }: Outfit): Figure {
  return [
    stroke(path('M.03 -1.5 L.07 -1.6'), shade(skin, -0.1), 0.11),
    stroke(polyline([HIP, SHOULDER]), top, 0.3),
    stroke(path('M-.26 -1.02 L-.16 -1.04'), bottom, 0.2),
  ];
}

/** Hip to pedal by way of the knee, which bends forward. */
function leg({ bottom, shoes }: Outfit, angle: number, darker: number): Figure {
  const foot: Point = [
    CRANK.x + Math.cos(angle) * CRANK.reach,
    CRANK.y + Math.sin(angle) * CRANK.reach - 0.06,
  ];
  const colour = shade(bottom, darker);
  return [
    stroke(polyline([HIP, knee(HIP, foot), foot]), colour, 0.15),
    fill(rect(foot[0] - 0.07, foot[1] - 0.02, 0.24, 0.09, 0.04), shade(shoes, darker)),
  ];
}

function knee(hip: Point, foot: Point): Point {
  const [dx, dy] = [foot[0] - hip[0], foot[1] - hip[1]];
  const distance = Math.min(Math.hypot(dx, dy), THIGH + SHIN - 0.001);
  const bend = Math.acos((THIGH ** 2 + distance ** 2 - SHIN ** 2) / (2 * THIGH * distance));
  const angle = Math.atan2(dy, dx) - bend;
  return [hip[0] + Math.cos(angle) * THIGH, hip[1] + Math.sin(angle) * THIGH];
}
