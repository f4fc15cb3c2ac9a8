import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

const IMAGES = fileURLToPath(new URL('../../../../shared/media/images/', import.meta.url));

/** Whether the photographs that several checkouts share are beside this one. */
export const hasPhotographs = existsSync(`${IMAGES}bus.jpg`);

/** The official weights where they are at hand, so that no test waits for a download; else the repository's own model. */
export const MODEL = ['models/', '../shared/models/'].some((folder) =>
  existsSync(`${REPOSITORY}${folder}yolov5n.pt`),
)
  ? 'yolov5n'
  : 'demo';

/** Shared photographs, and the drawn examples that stand in where there are none. */
const STAND_INS = {
  'bus.jpg': 'street.jpg',
  'x-exif6-bus.jpg': 'evening.jpg',
  'darknet-kite.jpg': 'park.jpg',
  'skimage-astronaut.png': 'room.jpg',
} as const;

/** The path of a shared photograph, or of the drawn picture that stands in for it. */
export function photograph(name: keyof typeof STAND_INS): string {
  return hasPhotographs ? `${IMAGES}${name}` : example(STAND_INS[name]);
}

/** The path of one of the page's own examples, pictures and clips. */
export function example(file: string): string {
  return `${REPOSITORY}apps/web/public/examples/${file}`;
}

/** A picture with objects in it. */
export function pictureOfObjects(): string {
  return photograph('bus.jpg');
}

/** A picture of one pixel: enough where it does not matter what is found. */
export const TINY_PNG = {
  name: 'tiny.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
};
