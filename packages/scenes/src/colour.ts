import type { Random } from './random.ts';

/** `#rrggbb` of hue 0 to 360, saturation and lightness 0 to 100. */
export function hsl(hue: number, saturation: number, lightness: number): string {
  const l = Math.min(Math.max(lightness, 0), 100) / 100;
  const reach = (Math.min(Math.max(saturation, 0), 100) / 100) * Math.min(l, 1 - l);
  const channel = (n: number) => {
    const k = (n + hue / 30 + 120) % 12;
    return toHex(255 * (l - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

/** Lighter (amount above 0, up to 1 for white) or darker (below 0, down to -1 for black). */
export function shade(colour: string, amount: number): string {
  return blend(colour, amount > 0 ? '#ffffff' : '#000000', Math.abs(amount));
}

/** Between two colours, `#rrggbb` each; share 0 is the first. */
export function blend(from: string, to: string, share: number): string {
  const channel = (at: number) => {
    const [a, b] = [from, to].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16)) as [
      number,
      number,
    ];
    return toHex(a + (b - a) * share);
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

/** A clear colour of any hue, as things are painted in. */
export function vivid(random: Random): string {
  return hsl(random.range(0, 360), random.range(55, 88), random.range(38, 62));
}

/** What cars, walls, clothes are often like: clear, pale, dark or grey. */
export function anyColour(random: Random): string {
  return random.weighted([
    [vivid(random), 6],
    [hsl(random.range(0, 360), random.range(20, 45), random.range(65, 86)), 2],
    [hsl(random.range(0, 360), random.range(15, 50), random.range(14, 30)), 2],
    [hsl(0, 0, random.range(12, 96)), 2],
  ]);
}

function toHex(value: number): string {
  return Math.round(Math.min(Math.max(value, 0), 255))
    .toString(16)
    .padStart(2, '0');
}
