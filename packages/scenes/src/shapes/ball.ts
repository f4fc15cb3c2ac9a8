import { shade, vivid } from '../colour.ts';
import { type Figure, fill, stroke, transformFigure } from '../figure.ts';
import { ellipse, type Point, path, polygon } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';

/** A ball of radius 1 around the origin, to be scaled: football, basketball, tennis ball, beach ball or volleyball. */
export function ball(random: Random): Look {
  const colours = [vivid(random), vivid(random)] as const;
  const kind = random.pick([football, football, basketball, basketball, tennis, beachBall, volleyball]);
  const speed = random.range(40, 160);
  const start = random.range(0, 360);
  return (time) => {
    const angle = ((start + time * speed) * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [
      ...transformFigure(kind(colours), [cos, sin, -sin, cos, 0, 0]),
      fill(ellipse(0, 0, 1), {
        gradient: 'down',
        stops: [
          ['#ffffff', 0.22],
          ['#ffffff', 0],
          ['#000000', 0.3],
        ],
      }),
      fill(ellipse(-0.34, -0.42, 0.26, 0.18), '#ffffff', { opacity: 0.35 }),
    ];
  };
}

function football(): Figure {
  const patch = (x: number, y: number, r: number, turn: number) =>
    fill(
      polygon(
        Array.from(
          { length: 5 },
          (_, i): Point => [
            x + r * Math.cos(turn + (i * 2 * Math.PI) / 5),
            y + r * Math.sin(turn + (i * 2 * Math.PI) / 5),
          ],
        ),
      ),
      '#1c2024',
    );
  const outer = Array.from({ length: 5 }, (_, i) => i * ((2 * Math.PI) / 5) + 0.3);
  return [
    fill(ellipse(0, 0, 1), '#f6f7f8'),
    patch(0, 0, 0.34, 0.3),
    ...outer.map((a) =>
      stroke(
        path(`M${Math.cos(a) * 0.34} ${Math.sin(a) * 0.34} L${Math.cos(a) * 0.7} ${Math.sin(a) * 0.7}`),
        '#6d757c',
        0.05,
      ),
    ),
    ...outer.map((a) => patch(Math.cos(a) * 0.74, Math.sin(a) * 0.74, 0.22, a + Math.PI)),
    stroke(ellipse(0, 0, 0.97), '#aeb6bc', 0.05),
  ];
}

function basketball(): Figure {
  return [
    fill(ellipse(0, 0, 1), '#e07a2c'),
    stroke(
      path(
        'M-.97 0 L.97 0 M0 -.97 L0 .97 M-.68 -.68 C-.2 -.3 -.2 .3 -.68 .68 M.68 -.68 C.2 -.3 .2 .3 .68 .68',
      ),
      '#2b1a10',
      0.06,
    ),
    stroke(ellipse(0, 0, 0.97), '#8d4415', 0.05),
  ];
}

function tennis(): Figure {
  return [
    fill(ellipse(0, 0, 1), '#cfe43a'),
    stroke(path('M-.66 -.7 C0 -.3 0 .3 -.66 .7 M.66 -.7 C0 -.3 0 .3 .66 .7'), '#f9fbe8', 0.1),
    stroke(ellipse(0, 0, 0.98), '#a9bd24', 0.04),
  ];
}

function beachBall([first, second]: readonly [string, string]): Figure {
  const colours = [first, '#fbf9f2', second, '#fbf9f2', shade(first, -0.15), '#fbf9f2'];
  const slices = colours.map((colour, i) => {
    const [a, b] = [(i * Math.PI) / 3, ((i + 1) * Math.PI) / 3];
    const [p, q] = [`${Math.cos(a)} ${Math.sin(a)}`, `${Math.cos(b)} ${Math.sin(b)}`];
    const middle = (a + b) / 2;
    const out = 1 / Math.cos(Math.PI / 6) ** 1.0;
    return fill(path(`M.12 .1 L${p} Q${Math.cos(middle) * out} ${Math.sin(middle) * out} ${q} Z`), colour);
  });
  return [fill(ellipse(0, 0, 1), '#fbf9f2'), ...clipRound(slices), fill(ellipse(0.12, 0.1, 0.12), '#ffffff')];
}

/** Slices bulge past the round by up to a hundredth: shrunk to stay inside. */
function clipRound(figure: Figure): Figure {
  return transformFigure(figure, [0.97, 0, 0, 0.97, 0, 0]);
}

function volleyball([first]: readonly [string, string]): Figure {
  return [
    fill(ellipse(0, 0, 1), '#f7f3e6'),
    fill(path('M-.1 -.1 C-.3 -.5 0 -.9 .3 -.94 C.7 -.84 .96 -.4 .98 -.1 C.7 -.4 .3 -.4 -.1 -.1 Z'), first),
    fill(
      path('M-.1 -.1 C-.5 -.1 -.9 .2 -.88 .46 C-.66 .82 -.3 .98 0 .98 C-.3 .7 -.3 .3 -.1 -.1 Z'),
      shade(first, -0.1),
    ),
    stroke(
      path(
        'M-.1 -.1 C.3 -.4 .7 -.4 .97 -.1 M-.1 -.1 C-.3 -.5 0 -.85 .3 -.92 M-.1 -.1 C-.3 .3 -.3 .7 0 .97 M.1 .1 C.5 .2 .7 .4 .7 .68',
      ),
      '#8d8672',
      0.04,
    ),
    stroke(ellipse(0, 0, 0.98), '#bdb69f', 0.04),
  ];
}
