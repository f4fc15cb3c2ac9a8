import { shade } from '../colour.ts';
import { type Figure, fill, stroke } from '../figure.ts';
import { ellipse, path } from '../path.ts';
import type { Outfit } from './person-outfit.ts';

/** Face and hair above a neck that ends at (0, -1.56); `size` 1 is a grown-up's. */
export function head({ skin, hair, hairstyle, top }: Outfit, size: number): Figure {
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
