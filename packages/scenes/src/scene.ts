import { CLASSES, type ClassName } from './classes.ts';
import { type Box, place } from './figure.ts';
import { light } from './light.ts';
import { beach } from './places/beach.ts';
import { park } from './places/park.ts';
import { room } from './places/room.ts';
import { street } from './places/street.ts';
import { studio } from './places/studio.ts';
import { Random } from './random.ts';
import type { Place } from './setting.ts';
import { silhouette } from './silhouette.ts';
import { SvgWriter } from './svg.ts';
import { sights } from './visibility.ts';

export const PLACES = { street, park, beach, room, studio } as const satisfies Record<string, Place>;
export type PlaceName = keyof typeof PLACES;

export interface SceneOptions {
  /** The same seed and options give the same scene. */
  readonly seed: string | number;
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Default: chosen by the seed. */
  readonly place?: PlaceName | undefined;
  /** The moment of a clip; things move with it. Default 0. */
  readonly timeSeconds?: number | undefined;
}

/** Something drawn, and where: corners in pixels of the picture, origin top left, of what can be seen of it. */
export interface SceneObject extends Box {
  /** An index into `CLASSES`. */
  readonly classId: number;
  readonly name: ClassName;
  /** How much of it is seen: the rest is hidden or outside, 0 to 1. */
  readonly visible: number;
}

export interface Scene {
  readonly place: PlaceName;
  readonly width: number;
  readonly height: number;
  /** A whole SVG document. */
  readonly svg: string;
  /** From back to front. */
  readonly objects: readonly SceneObject[];
}

/** Less of a thing than this is no object any more. */
const MIN_VISIBLE = 0.3;

/** A box with a shorter side, in pixels, is too small for anybody to tell what is in it. */
const MIN_SIDE = 7;

/** Draws a scene: pure, and the same for the same options. */
export function drawScene({ seed, width, height, place: wanted, timeSeconds = 0 }: SceneOptions): Scene {
  const size = { width, height };
  const random = new Random(seed);
  const chosen = random.fork('place').weighted<PlaceName>([
    ['street', 5],
    ['park', 2.4],
    ['beach', 1.6],
    ['room', 2.6],
    ['studio', 4],
  ]);
  const name = wanted ?? chosen;
  const setting = PLACES[name](random.fork(name), size);
  const things = [...setting.things].sort((a, b) => a.depth - b.depth);
  const figures = things.map(({ look, pose }) => place(look(timeSeconds), pose(timeSeconds)));

  const writer = new SvgWriter();
  writer.add(setting.backdrop(timeSeconds));
  for (const figure of figures) writer.add(figure);
  writer.add(light(random.fork('light'), size));

  const seen = sights(figures.map(silhouette), width, height);
  const objects = things.flatMap(({ name: className }, i): SceneObject[] => {
    const sight = seen[i];
    if (!className || !sight || sight.share < MIN_VISIBLE || isTiny(sight.box)) return [];
    return [{ classId: CLASSES.indexOf(className), name: className, visible: sight.share, ...sight.box }];
  });
  return { place: name, width, height, svg: writer.finish(width, height), objects };
}

function isTiny({ xmin, ymin, xmax, ymax }: Box): boolean {
  return xmax - xmin < MIN_SIDE || ymax - ymin < MIN_SIDE;
}
