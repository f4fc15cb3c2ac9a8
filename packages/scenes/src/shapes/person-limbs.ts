import { shade } from '../colour.ts';
import { type Figure, fill, stroke } from '../figure.ts';
import { type Point, polyline, rect } from '../path.ts';
import type { Outfit } from './person-outfit.ts';

/** Both legs from the hips at -0.84; `swing` -1 to 1 is where a step is. */
export function legs(
  { skin, bottom, shoes, wear }: Outfit,
  swing: number,
  walks: boolean,
  bulk: number,
): Figure {
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

/** An arm that hangs, or swings with a step. */
export function arm({ top, skin, wear }: Outfit, swing: number, bulk: number, behind: boolean): Figure {
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

/** An arm that holds something up, or waves. */
export function raisedArm({ top, skin }: Outfit, tilt: number): Figure {
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
