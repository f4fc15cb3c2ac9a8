// Draws scenes into a folder: node src/main.ts --count 12 --seed demo --out /tmp/scenes
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CLASSES } from './classes.ts';
import { toYoloLabels } from './labels.ts';
import { Random } from './random.ts';
import { type RenderOptions, renderScene } from './render-scene.ts';
import { drawScene, PLACES, type PlaceName } from './scene.ts';

const USAGE = `usage: node packages/scenes/src/main.ts --count N --seed S --out DIR
  [--width 640] [--height 384] [--place ${Object.keys(PLACES).join('|')}]
  [--fps F]   the N scenes are the frames of one clip
  [--clean]   no blur, noise or strong compression

Writes images/000000.jpg, labels/000000.txt (YOLO: class x y width height) and classes.txt.`;

/** How a camera might have taken it: some pictures sharp, some not; moderate noise and compression. */
function chooseRendering(random: Random): RenderOptions {
  return {
    quality: random.int(55, 95),
    blur: random.chance(0.25) ? random.range(0.3, 1) : 0,
    noise: random.chance(0.35) ? random.range(1, 7) : 0,
    seed: random.next(),
  };
}

function fail(message: string): never {
  console.error(`${message}\n${USAGE}`);
  process.exit(2);
}

function readArguments() {
  const text = { type: 'string' } as const;
  const options = {
    count: text,
    seed: text,
    out: text,
    width: text,
    height: text,
    place: text,
    fps: text,
    clean: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  const number = (name: 'count' | 'width' | 'height' | 'fps', fallback: number) => {
    const value = Number(values[name] ?? fallback);
    return value > 0 ? value : fail(`--${name} must be a number above 0`);
  };
  const { place } = values;
  if (place !== undefined && !Object.hasOwn(PLACES, place)) fail(`--place does not know ${place}`);
  return {
    seed: values.seed ?? fail('--seed is missing'),
    out: values.out ?? fail('--out is missing'),
    count: number('count', 1),
    size: { width: number('width', 640), height: number('height', 384) },
    place: place as PlaceName | undefined,
    fps: values.fps === undefined ? undefined : number('fps', 25),
    clean: values.clean ?? false,
  };
}

const { seed, out, count, size, place, fps, clean } = readArguments();
await mkdir(join(out, 'images'), { recursive: true });
await mkdir(join(out, 'labels'), { recursive: true });
await writeFile(join(out, 'classes.txt'), `${CLASSES.join('\n')}\n`);
for (let i = 0; i < count; i++) {
  const sceneSeed = fps === undefined ? `${seed}/${i}` : seed;
  const timeSeconds = fps === undefined ? undefined : i / fps;
  const scene = drawScene({ seed: sceneSeed, ...size, place, timeSeconds });
  const picture = await renderScene(
    scene,
    clean ? {} : chooseRendering(new Random(`${seed}/rendering/${i}`)),
  );
  const name = String(i).padStart(6, '0');
  await writeFile(join(out, 'images', `${name}.jpg`), picture);
  await writeFile(join(out, 'labels', `${name}.txt`), toYoloLabels(scene));
}
