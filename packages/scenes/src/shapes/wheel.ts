import { type Figure, fill, stroke } from '../figure.ts';
import { ellipse, polyline } from '../path.ts';

/** A tyre with a rim of five spokes. @param turn in degrees */
export function wheel(x: number, y: number, radius: number, rim: string, turn: number): Figure {
  const spokes = Array.from({ length: 5 }, (_, i) => {
    const angle = ((turn + i * 72) * Math.PI) / 180;
    const reach = radius * 0.55;
    return stroke(
      polyline([
        [x, y],
        [x + Math.cos(angle) * reach, y + Math.sin(angle) * reach],
      ]),
      rim,
      radius * 0.2,
    );
  });
  return [
    fill(ellipse(x, y, radius), '#24282c'),
    fill(ellipse(x, y, radius * 0.66), rim),
    fill(ellipse(x, y, radius * 0.56), '#5b646b'),
    ...spokes,
    fill(ellipse(x, y, radius * 0.18), '#eef1f3'),
  ];
}
