import type { ClassName } from './classes.ts';
import type { Figure, Pose } from './figure.ts';
import type { Random } from './random.ts';
import type { Look } from './shapes/look.ts';

/** Something in a scene: an object with its class, or scenery that may stand before one. */
export interface Thing {
  /** Absent for scenery. */
  readonly name?: ClassName;
  readonly look: Look;
  /** Where it is, in pixels of the picture; `scale` is pixels per metre. */
  readonly pose: (timeSeconds: number) => Pose;
  /** What is larger is drawn later, in front: for things on the ground, where they touch it. */
  readonly depth: number;
}

/** A scene before it is drawn. */
export interface Setting {
  readonly backdrop: (timeSeconds: number) => Figure;
  readonly things: readonly Thing[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Lays out a scene of a kind. */
export type Place = (random: Random, size: Size) => Setting;

/** A plain under the camera: how large things are where they stand. */
export interface Ground {
  /** Where the sky ends, in pixels. */
  readonly horizon: number;
  /** Pixels per metre of something that stands at `y`. */
  scaleAt(y: number): number;
  /** The y at a share of the ground's height in the picture, 0 the horizon, 1 the lower border. */
  at(share: number): number;
}

/** @param eyeMetres how high the camera is: the lower, the larger is what stands near */
export function createGround(horizon: number, height: number, eyeMetres: number): Ground {
  return {
    horizon,
    scaleAt: (y) => Math.max(1, y - horizon) / eyeMetres,
    at: (share) => horizon + (height - horizon) * share,
  };
}

/** Numbers spread over a range, evenly but not quite. */
export function spread(random: Random, count: number, from: number, to: number): number[] {
  const step = (to - from) / Math.max(1, count);
  return Array.from({ length: count }, (_, i) => from + (i + random.range(0.15, 0.85)) * step);
}

/** Where something is that moves along x and comes back at the other side. @param margin in pixels */
export function along(x: number, speed: number, margin: number, width: number): (time: number) => number {
  const length = width + 2 * margin;
  return (time) => ((((x + margin + speed * time) % length) + length) % length) - margin;
}
