import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** The path of a shared photograph. */
export function photograph(name: string): string {
  return `${IMAGES}${name}`;
}

/** A picture with objects in it: a photograph, or where there is none a street that the repository draws. */
export function pictureOfObjects(): string {
  if (hasPhotographs) return photograph('bus.jpg');
  const folder = mkdtempSync(join(tmpdir(), 'e2e-'));
  const which = ['--seed', 'show-street', '--place', 'street', '--clean', '--count', '1'];
  execFileSync(process.execPath, [`${REPOSITORY}packages/scenes/src/main.ts`, ...which, '--out', folder]);
  return join(folder, 'images/000000.jpg');
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
