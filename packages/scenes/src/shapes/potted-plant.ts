import { anyColour, hsl, shade, vivid } from '../colour.ts';
import { type Figure, fill, type Part, right, stroke, transformFigure } from '../figure.ts';
import { ellipse, path } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { shadowUnder } from './shadow.ts';

/** A plant in a pot, about 1 high, to be scaled: leaves move a little. */
export function pottedPlant(random: Random): Look {
  const green = hsl(random.range(85, 150), random.range(35, 65), random.range(26, 44));
  const pot = random.chance(0.5) ? random.pick(['#c8693c', '#b5572e', '#d98255']) : anyColour(random);
  const leaves = random.pick([bush, blades, fan, cactus, flowers])(random.fork('leaves'), green);
  const vessel = random.chance(0.6) ? flowerPot(pot) : roundPot(pot);
  const phase = random.range(0, 6);
  return (time) => {
    const sway = 0.025 * Math.sin(phase + time * 1.3);
    return [...shadowUnder(0.34), ...transformFigure(leaves, [1, 0, -sway, 1, -sway * 0.38, 0]), ...vessel];
  };
}

function flowerPot(colour: string): Figure {
  return [
    fill(
      path('M-.25 -.36 L-.18 0 L.18 0 L.25 -.36 Z'),
      right(shade(colour, -0.1), shade(colour, 0.15), shade(colour, -0.25)),
    ),
    fill(
      path('M-.29 -.44 L.29 -.44 L.27 -.33 L-.27 -.33 Z'),
      right(colour, shade(colour, 0.25), shade(colour, -0.2)),
    ),
  ];
}

function roundPot(colour: string): Figure {
  return [
    fill(
      path('M-.2 -.42 L.2 -.42 C.34 -.26 .3 0 .14 0 L-.14 0 C-.3 0 -.34 -.26 -.2 -.42 Z'),
      right(shade(colour, -0.12), shade(colour, 0.2), shade(colour, -0.25)),
    ),
    fill(ellipse(0, -0.42, 0.2, 0.035), shade(colour, -0.4)),
  ];
}

/** A leaf from (0, -0.4), its tip at an angle (0 is up) and distance. */
function leaf(angle: number, length: number, width: number, colour: string): Part[] {
  const [dx, dy] = [Math.sin(angle), -Math.cos(angle)];
  const at = (along: number, across: number) =>
    `${dx * along * length - dy * across * width} ${-0.4 + dy * along * length + dx * across * width}`;
  return [
    fill(path(`M0 -.4 Q${at(0.45, 1)} ${at(1, 0)} Q${at(0.45, -1)} 0 -.4 Z`), colour),
    stroke(path(`M0 -.4 L${at(0.9, 0)}`), shade(colour, -0.25), 0.012),
  ];
}

function bush(random: Random, green: string): Figure {
  return Array.from({ length: 16 }, (_, i) => {
    const angle = random.range(0, 6.3);
    const [x, y] = [Math.cos(angle) * 0.24 * random.next(), -0.66 + Math.sin(angle) * 0.2];
    return fill(
      ellipse(x, y, random.range(0.1, 0.17)),
      shade(green, random.range(-0.25, 0.25) + (i - 8) * 0.01),
    );
  });
}

function blades(random: Random, green: string): Figure {
  const count = random.int(7, 10);
  return Array.from({ length: count }, (_, i) =>
    leaf(
      (i / (count - 1) - 0.5) * 0.9 + random.range(-0.06, 0.06),
      random.range(0.45, 0.75),
      0.075,
      shade(green, random.range(-0.2, 0.25)),
    ),
  ).flat();
}

function fan(random: Random, green: string): Figure {
  const count = random.int(6, 9);
  return Array.from({ length: count }, (_, i) =>
    leaf(
      (i / (count - 1) - 0.5) * 2.5 + random.range(-0.1, 0.1),
      random.range(0.42, 0.62),
      0.17,
      shade(green, random.range(-0.2, 0.22)),
    ),
  ).flat();
}

function cactus(random: Random, green: string): Figure {
  const tall = random.range(0.4, 0.58);
  const arm = random.range(0.12, 0.22);
  const bright = shade(green, 0.3);
  return [
    stroke(
      path(`M0 ${-0.38 - tall * 0.4} L.22 ${-0.38 - tall * 0.4} L.22 ${-0.38 - tall * 0.4 - arm}`),
      shade(green, -0.1),
      0.1,
    ),
    stroke(
      path(`M0 ${-0.36 - tall * 0.25} L-.2 ${-0.36 - tall * 0.25} L-.2 ${-0.36 - tall * 0.25 - arm}`),
      shade(green, -0.1),
      0.1,
    ),
    stroke(path(`M0 -.4 L0 ${-0.4 - tall}`), green, 0.19),
    stroke(path(`M-.04 -.42 L-.04 ${-0.4 - tall} M.04 -.42 L.04 ${-0.4 - tall}`), bright, 0.014),
    ...(random.chance(0.5) ? [fill(ellipse(0, -0.5 - tall, 0.07, 0.05), '#ef6f9a')] : []),
  ];
}

function flowers(random: Random, green: string): Figure {
  const colour = vivid(random);
  const stems = Array.from(
    { length: random.int(3, 6) },
    (_, i) => [random.range(-0.3, 0.3), random.range(-0.95, -0.68), i] as const,
  );
  return [
    ...fan(random, shade(green, -0.1)).slice(0, 10),
    ...stems.flatMap(([x, y]) => [
      stroke(path(`M0 -.4 Q${x * 0.3} ${(y - 0.4) / 2} ${x} ${y}`), shade(green, 0.1), 0.022),
      ...Array.from({ length: 6 }, (_, k) =>
        fill(ellipse(x + Math.cos(k * 1.05) * 0.062, y + Math.sin(k * 1.05) * 0.062, 0.045), colour),
      ),
      fill(ellipse(x, y, 0.04), '#f7d23e'),
    ]),
  ];
}
