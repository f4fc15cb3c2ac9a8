import { CLASSES, type ClassName } from './classes.ts';
import { type Box, type Figure, place } from './figure.ts';
import { light } from './light.ts';
import { beach } from './places/beach.ts';
import { park } from './places/park.ts';
import { room } from './places/room.ts';
import { street } from './places/street.ts';
import { studio } from './places/studio.ts';
import { Random } from './random.ts';
import type { Place, Size, Thing } from './setting.ts';
import { silhouette } from './silhouette.ts';
import { SvgWriter } from './svg.ts';
import { type Sight, sights } from './visibility.ts';

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
  /**
   * The moment of a clip; things move with it. Default: a still, which is the moment 0 without the things that nobody
   * could tell. (In a clip they stay, without a box: what comes round a corner must not spring up.)
   */
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

/** Of less of a thing than this nobody could tell what it is. */
const MIN_VISIBLE = 0.45;

/** Nor of one that is smaller: both sides of its box, and the longer one, in pixels. */
const MIN_SIDE = 10;
const MIN_LENGTH = 18;

/** Draws a scene: pure, and the same for the same options. */
export function drawScene({ seed, width, height, place: wanted, timeSeconds }: SceneOptions): Scene {
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
  const time = timeSeconds ?? 0;
  const things = [...setting.things].sort((a, b) => a.depth - b.depth);
  const figures = things.map(({ look, pose }) => place(look(time), pose(time)));
  const drawn = sightings(things, figures, size);
  const kept =
    timeSeconds === undefined ? drawn.filter(({ thing, sight }) => !thing.name || isClear(sight)) : drawn;
  // Without them, more is seen of what they hid.
  const seen = sightings(
    kept.map(({ thing }) => thing),
    kept.map(({ figure }) => figure),
    size,
  );

  const writer = new SvgWriter();
  writer.add(setting.backdrop(time));
  for (const { figure } of seen) writer.add(figure);
  writer.add(light(random.fork('light'), size));
  return { place: name, width, height, svg: writer.finish(width, height), objects: seen.flatMap(toObject) };
}

interface Sighting {
  readonly thing: Thing;
  readonly figure: Figure;
  readonly sight: Sight | undefined;
}

function sightings(
  things: readonly Thing[],
  figures: readonly Figure[],
  { width, height }: Size,
): Sighting[] {
  const seen = sights(figures.map(silhouette), width, height);
  return things.map((thing, i) => ({ thing, figure: figures[i] ?? [], sight: seen[i] }));
}

function toObject({ thing: { name }, sight }: Sighting): SceneObject[] {
  if (!name || !isClear(sight)) return [];
  return [{ classId: CLASSES.indexOf(name), name, visible: sight.share, ...sight.box }];
}

/** Whether anybody could tell what it is. */
function isClear(sight: Sight | undefined): sight is Sight {
  if (!sight || sight.share < MIN_VISIBLE) return false;
  const { xmin, ymin, xmax, ymax } = sight.box;
  const sides = [xmax - xmin, ymax - ymin];
  return Math.min(...sides) >= MIN_SIDE && Math.max(...sides) >= MIN_LENGTH;
}
