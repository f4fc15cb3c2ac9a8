import { type Affine, flatten, type Path, transformPath } from './path.ts';

/** A colour, or colours from top to bottom, from left to right, or from the middle outwards. */
export type Paint =
  | string
  | { readonly gradient: 'down' | 'right' | 'out'; readonly stops: readonly (readonly [string, number?])[] };

export interface Part {
  readonly outline: Path;
  readonly fill?: Paint;
  readonly stroke?: string;
  /** In the outline's units; corners and ends are round. */
  readonly strokeWidth?: number;
  /** 0 to 1. */
  readonly opacity?: number;
  /** Not of the object itself: shadows, poles, strings. Drawn, but outside the box. */
  readonly extra?: boolean;
}

/** Parts from back to front. Shapes draw theirs in metres, the ground at y = 0, the middle at x = 0, facing right. */
export type Figure = readonly Part[];

/** A box by its corners, in the units of what was measured. */
export interface Box {
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

export function fill(outline: Path, paint: Paint, options: Partial<Part> = {}): Part {
  return { outline, fill: paint, ...options };
}

export function stroke(outline: Path, colour: string, width: number, options: Partial<Part> = {}): Part {
  return { outline, stroke: colour, strokeWidth: width, ...options };
}

/** Colours from top to bottom. */
export function down(...colours: string[]): Paint {
  return { gradient: 'down', stops: colours.map((colour) => [colour] as const) };
}

/** Colours from left to right. */
export function right(...colours: string[]): Paint {
  return { gradient: 'right', stops: colours.map((colour) => [colour] as const) };
}

/** A colour that fades to nothing at the rim. */
export function glow(colour: string, opacity: number): Paint {
  return {
    gradient: 'out',
    stops: [
      [colour, opacity],
      [colour, opacity * 0.55],
      [colour, 0],
    ],
  };
}

/** Scales, turns (degrees, clockwise) and moves; `flip` mirrors left and right first. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly turn?: number;
  readonly flip?: boolean;
}

function poseToAffine({ x, y, scale, turn = 0, flip = false }: Pose): Affine {
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  return flip ? [-cos, -sin, -sin, cos, x, y] : [cos, sin, -sin, cos, x, y];
}

/** The figure somewhere else; its units become those that the pose maps to. */
export function place(figure: Figure, pose: Pose): Figure {
  return transformFigure(figure, poseToAffine(pose));
}

/** @param affine without shear where there are strokes: their width is scaled by its area's root */
export function transformFigure(figure: Figure, affine: Affine): Figure {
  const [a, b, c, d] = affine;
  const factor = Math.sqrt(Math.abs(a * d - b * c));
  return figure.map((part) => ({
    ...part,
    outline: transformPath(part.outline, affine),
    ...(part.strokeWidth !== undefined && { strokeWidth: part.strokeWidth * factor }),
  }));
}

/** The smallest box around all parts that are the object's own; undefined if there are none. */
export function extent(figure: Figure): Box | undefined {
  let [xmin, ymin, xmax, ymax] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { outline, stroke: colour, strokeWidth = 0, extra } of figure) {
    if (extra) continue;
    const reach = colour ? strokeWidth / 2 : 0;
    for (const [x, y] of flatten(outline).flat()) {
      xmin = Math.min(xmin, x - reach);
      ymin = Math.min(ymin, y - reach);
      xmax = Math.max(xmax, x + reach);
      ymax = Math.max(ymax, y + reach);
    }
  }
  return xmin < xmax ? { xmin, ymin, xmax, ymax } : undefined;
}
