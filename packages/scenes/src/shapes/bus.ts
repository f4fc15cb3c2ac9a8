import { anyColour, shade, vivid } from '../colour.ts';
import { down, type Figure, fill, stroke } from '../figure.ts';
import { ellipse, path, rect } from '../path.ts';
import type { Random } from '../random.ts';
import type { Look } from './look.ts';
import { shadowUnder } from './shadow.ts';
import { wheel } from './wheel.ts';

/** A city bus, a double-decker or a school bus from the side, or a bus from the front. */
export function bus(random: Random): Look {
  return random.chance(0.75) ? busFromSide(random) : busFromEnd(random);
}

/** From the side: it can drive along. */
export function busFromSide(random: Random): Look {
  const decks = random.chance(0.25) ? 2 : 1;
  const half = random.range(4.2, 5.6) / (decks === 2 ? 1.15 : 1);
  const height = decks === 2 ? 4.2 : random.range(2.95, 3.2);
  const colour = random.chance(0.25) ? '#f4b41c' : random.chance(0.3) ? '#cf2a2a' : anyColour(random);
  const stripe = random.chance(0.7) ? vivid(random) : shade(colour, -0.35);
  const pane = random.pick(['#a9d3e6', '#33424f', '#6d8ea1', '#cfe8f2']);
  const windows = random.int(4, 7);
  const rows = decks === 2 ? [-3.75, -2.2] : [-height + 0.45];
  return (time) => [
    ...shadowUnder(half * 1.08),
    fill(
      rect(-half, -height, 2 * half, height - 0.35, 0.35),
      down(shade(colour, 0.22), colour, shade(colour, -0.18)),
    ),
    ...rows.flatMap((y) => windowRow(y, half, windows, pane)),
    fill(rect(-half + 0.02, -1.12, 2 * half - 0.04, 0.24), stripe),
    ...door(half - 1.75, -Math.min(height - 0.4, 2.55), pane),
    stroke(path(`M${-half + 0.3} ${-height + 0.18} L${half - 0.3} ${-height + 0.18}`), '#ffffff', 0.07, {
      opacity: 0.5,
    }),
    fill(rect(half - 0.34, -0.92, 0.26, 0.24, 0.1), '#fff3c4'),
    fill(rect(-half + 0.03, -0.98, 0.14, 0.36, 0.05), '#c92a22'),
    fill(rect(-half + 0.1, -0.5, 2 * half - 0.2, 0.15, 0.05), '#343b42'),
    ...[-half * 0.56, half * 0.5].flatMap((x) => [
      fill(ellipse(x, -0.48, 0.6), '#22272c'),
      ...wheel(x, -0.48, 0.48, '#c9cfd4', time * 220),
    ]),
  ];
}

function windowRow(y: number, half: number, count: number, pane: string): Figure {
  const gap = 0.13;
  const width = (2 * half - 0.5) / count;
  return Array.from({ length: count }, (_, i) => {
    const x = -half + 0.25 + i * width;
    const glint = path(
      `M${x + width * 0.25} ${y + 0.85} L${x + width * 0.55} ${y + 0.06} L${x + width * 0.75} ${y + 0.06} L${x + width * 0.45} ${y + 0.85} Z`,
    );
    return [
      fill(rect(x, y, width - gap, 0.92, 0.09), down(shade(pane, 0.3), pane)),
      fill(glint, '#ffffff', { opacity: 0.22 }),
    ];
  }).flat();
}

function door(x: number, top: number, pane: string): Figure {
  return [
    fill(rect(x, top, 0.95, -top - 0.42, 0.06), '#39424a'),
    fill(rect(x + 0.07, top + 0.1, 0.38, -top - 0.66, 0.04), down(shade(pane, 0.35), pane)),
    fill(rect(x + 0.5, top + 0.1, 0.38, -top - 0.66, 0.04), down(shade(pane, 0.35), pane)),
  ];
}

/** From its end: to be parked. */
export function busFromEnd(random: Random): Look {
  const height = random.chance(0.25) ? 4 : random.range(2.9, 3.25);
  const colour = anyColour(random);
  const pane = random.pick(['#9cc6da', '#2f3d49', '#6d8ea1']);
  const sign = random.pick(['#ffb52e', '#ffe37a', '#7dff9b']);
  const half = 1.25;
  return () => [
    ...shadowUnder(1.4),
    ...[-1.05, 0.72].map((x) => fill(rect(x, -0.55, 0.33, 0.55, 0.07), '#1d2125')),
    fill(
      rect(-half, -height, 2 * half, height - 0.28, 0.26),
      down(shade(colour, 0.2), colour, shade(colour, -0.2)),
    ),
    fill(rect(-half + 0.15, -height + 0.14, 2 * half - 0.3, 0.36, 0.1), '#15191d'),
    ...[-0.65, -0.3, 0.1, 0.45].map((x) => fill(rect(x, -height + 0.24, 0.22, 0.15, 0.03), sign)),
    fill(rect(-half + 0.12, -height + 0.6, 2 * half - 0.24, 1.25, 0.14), down(shade(pane, 0.32), pane)),
    stroke(path(`M0 ${-height + 0.62} L0 ${-height + 1.84}`), shade(colour, -0.35), 0.05),
    fill(
      path(`M-.8 ${-height + 1.8} L-.3 ${-height + 0.64} L.02 ${-height + 0.64} L-.45 ${-height + 1.8} Z`),
      '#ffffff',
      { opacity: 0.25 },
    ),
    ...[-1, 1].flatMap((side) => [
      stroke(path(`M${side * 1.22} ${-height + 0.5} L${side * 1.42} ${-height + 0.62}`), '#2a3036', 0.06),
      fill(rect(side * 1.43 - 0.1, -height + 0.6, 0.2, 0.44, 0.07), '#2a3036'),
      fill(ellipse(side * 0.88, -0.78, 0.2, 0.16), '#f5f9fb'),
      fill(ellipse(side * 0.88, -0.78, 0.12, 0.1), '#ffe9a8'),
    ]),
    fill(rect(-0.45, -0.9, 0.9, 0.2, 0.05), shade(colour, -0.4)),
    fill(rect(-half + 0.03, -0.52, 2 * half - 0.06, 0.2, 0.08), '#343b42'),
  ];
}
