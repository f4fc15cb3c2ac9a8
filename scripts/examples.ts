// Draws the page's examples: pnpm examples. What it writes is committed, and its index says what is there.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawScene, type PlaceName } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import { createVideoWriter } from '@boxwire/video/write';

interface Example {
  readonly file: string;
  readonly title: string;
  readonly alt: string;
  readonly place: PlaceName;
  readonly seed: string;
}

const WIDTH = 960;
const HEIGHT = 540;
const FRAMES_PER_SECOND = 25;
const CLIP_SECONDS = 8;
const QUALITY = 84;

const IMAGES: readonly Example[] = [
  {
    file: 'street.jpg',
    title: 'A street',
    alt: 'A drawn street: a cyclist rides past a yellow bus and two cars; a flower pot and a white cat on the pavement, a clock on a house',
    place: 'street',
    seed: 'example-street/18',
  },
  {
    file: 'room.jpg',
    title: 'A room',
    alt: 'A drawn room: two cups and a clock on a table, somebody behind it, a striped cat walking by',
    place: 'room',
    seed: 'ex-room/11',
  },
  {
    file: 'beach.jpg',
    title: 'A beach',
    alt: 'A drawn beach: three parasols, boats on the sea, a spotted dog, somebody walking off to the left',
    place: 'beach',
    seed: 'ex-beach/13',
  },
  {
    file: 'park.jpg',
    title: 'A park',
    alt: 'A drawn park: kites in the sky, two people under umbrellas, balls, birds and a grey cat on the grass',
    place: 'park',
    seed: 'ex-park/7',
  },
  {
    file: 'evening.jpg',
    title: 'On the way home',
    alt: 'A drawn street at sunset: a cyclist, a stop sign, a green car, and half of a yellow bus',
    place: 'street',
    seed: 'example-street/19',
  },
  {
    file: 'crossing.jpg',
    title: 'Two red buses',
    alt: 'A drawn street: two red double-decker buses, a green car and a traffic light at a crossing',
    place: 'street',
    seed: 'example-street/1',
  },
];

const VIDEOS: readonly (Example & { poster: string })[] = [
  {
    file: 'traffic.mp4',
    poster: 'traffic.jpg',
    title: 'Traffic',
    alt: 'A drawn street in motion: cars and cyclists pass, somebody walks by with a dog',
    place: 'street',
    seed: 'clip-3',
  },
];

const folder = fileURLToPath(new URL('../apps/web/public/examples/', import.meta.url));
const size = { width: WIDTH, height: HEIGHT };

async function drawImage({ file, title, alt, place, seed }: Example) {
  const scene = drawScene({ ...size, place, seed });
  writeFileSync(folder + file, await renderScene(scene, { quality: QUALITY }));
  return { file, title, alt, ...size };
}

async function drawVideo({ file, title, alt, place, seed, poster }: (typeof VIDEOS)[number]) {
  const writer = createVideoWriter(folder + file, size);
  const at = (timeSeconds: number) => drawScene({ ...size, place, seed, timeSeconds });
  for (let frame = 0; frame < CLIP_SECONDS * FRAMES_PER_SECOND; frame++) {
    const timeSeconds = frame / FRAMES_PER_SECOND;
    const data = await renderScene(at(timeSeconds), { format: 'raw' });
    await writer.write({ timeMs: timeSeconds * 1000, data });
  }
  await writer.finish();
  writeFileSync(folder + poster, await renderScene(at(0), { quality: QUALITY }));
  return { file, title, alt, ...size, durationMs: CLIP_SECONDS * 1000, poster };
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const images = [];
for (const image of IMAGES) images.push(await drawImage(image));
const videos = [];
for (const video of VIDEOS) videos.push(await drawVideo(video));
writeFileSync(`${folder}index.json`, `${JSON.stringify({ images, videos }, null, 2)}\n`);
