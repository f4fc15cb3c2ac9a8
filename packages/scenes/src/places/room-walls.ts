import { anyColour, hsl, shade, vivid } from '../colour.ts';
import { down, type Figure, fill, stroke } from '../figure.ts';
import { ellipse, path, rect } from '../path.ts';
import type { Random } from '../random.ts';
import { type Size, spread } from '../setting.ts';

/** Wallpaper, a window, pictures, boards: all that nothing stands behind. @param edge where the floor begins, in pixels */
export function wallAndFloor(random: Random, { width, height }: Size, edge: number): Figure {
  const paper = hsl(random.range(0, 360), random.range(8, 42), random.range(62, 90));
  const floor = random.pick(['#b98a5c', '#8f6642', '#d3b48c', '#7d7f83', '#a9a39a', '#5f4634']);
  const pattern = random.pick(['plain', 'plain', 'stripes', 'dots'] as const);
  const motif = Array.from({ length: pattern === 'plain' ? 0 : 60 }, (_, i) =>
    pattern === 'stripes'
      ? fill(rect((i * width) / 30, 0, width / 62, edge), shade(paper, -0.06))
      : fill(
          ellipse(
            ((i % 12) + 0.5 + (Math.floor(i / 12) % 2) * 0.5) * (width / 12),
            (Math.floor(i / 12) + 0.5) * (edge / 5),
            width / 130,
          ),
          shade(paper, -0.12),
        ),
  );
  return [
    fill(rect(-2, -2, width + 4, edge + 4), down(shade(paper, 0.12), paper)),
    ...motif,
    ...(random.chance(0.5)
      ? windowFrame(random, width * random.range(0.05, 0.65), edge * 0.12, width * 0.26, edge * 0.55)
      : []),
    ...pictures(random, width, edge),
    fill(rect(-2, edge, width + 4, height - edge + 4), down(shade(floor, -0.15), floor)),
    ...Array.from({ length: 9 }, (_, i) =>
      stroke(
        path(`M${(i / 8) * width} ${edge} L${((i / 8) * 1.8 - 0.4) * width} ${height + 4}`),
        shade(floor, -0.22),
        1.2,
      ),
    ),
    fill(rect(-2, edge - height * 0.022, width + 4, height * 0.024), shade(paper, 0.5)),
    ...(random.chance(0.4)
      ? [
          fill(
            ellipse(width * random.range(0.3, 0.7), (edge + height) / 2, width * 0.3, (height - edge) * 0.32),
            vivid(random),
            { opacity: 0.65 },
          ),
        ]
      : []),
  ];
}

function windowFrame(random: Random, x: number, y: number, w: number, h: number): Figure {
  const curtain = anyColour(random);
  return [
    fill(rect(x - 5, y - 5, w + 10, h + 10, 3), '#f7f5f0'),
    fill(rect(x, y, w, h), down('#8fc8ee', '#dff1f7')),
    fill(
      path(
        `M${x} ${y + h} L${x} ${y + h * 0.75} Q${x + w * 0.3} ${y + h * 0.6} ${x + w * 0.6} ${y + h * 0.78} L${x + w} ${y + h * 0.7} L${x + w} ${y + h} Z`,
      ),
      '#8dbb6b',
    ),
    fill(rect(x + w / 2 - 2, y, 4, h), '#f7f5f0'),
    fill(rect(x, y + h * 0.42, w, 4), '#f7f5f0'),
    fill(
      path(
        `M${x - w * 0.14} ${y - 8} L${x + w * 0.14} ${y - 8} Q${x + w * 0.1} ${y + h * 0.7} ${x - w * 0.06} ${y + h + 14} L${x - w * 0.16} ${y + h + 14} Z`,
      ),
      down(shade(curtain, 0.15), curtain),
    ),
    fill(
      path(
        `M${x + w * 1.14} ${y - 8} L${x + w * 0.86} ${y - 8} Q${x + w * 0.9} ${y + h * 0.7} ${x + w * 1.06} ${y + h + 14} L${x + w * 1.16} ${y + h + 14} Z`,
      ),
      down(shade(curtain, 0.15), curtain),
    ),
  ];
}

function pictures(random: Random, width: number, edge: number): Figure {
  return spread(random, random.int(0, 2), 0, width).flatMap((x) => {
    const [w, h, y] = [
      width * random.range(0.08, 0.14),
      edge * random.range(0.18, 0.3),
      edge * random.range(0.1, 0.35),
    ];
    const tone = vivid(random);
    return [
      fill(rect(x, y, w, h, 2), '#3b2d22'),
      fill(rect(x + 4, y + 4, w - 8, h - 8), down(shade(tone, 0.6), shade(tone, 0.2))),
      fill(
        path(
          `M${x + 4} ${y + h - 4} L${x + w * 0.4} ${y + h * 0.5} L${x + w * 0.65} ${y + h * 0.75} L${x + w - 4} ${y + h * 0.45} L${x + w - 4} ${y + h - 4} Z`,
        ),
        shade(tone, -0.2),
      ),
    ];
  });
}
