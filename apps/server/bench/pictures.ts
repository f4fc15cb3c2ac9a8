import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';

const PHOTOGRAPH = fileURLToPath(
  new URL('../../../../shared/media/images/darknet-kite.jpg', import.meta.url),
);

export interface Pictures {
  /** What they show, for the heading. */
  readonly subject: string;
  /** A JPEG of 1280x720. */
  readonly jpeg720: string;
  /** RGB pixels, 960x540. */
  readonly raw540: string;
}

/** Writes the pictures of the benchmark to a temporary folder. Must run before libvips' loaders are restricted. */
export async function makePictures(): Promise<Pictures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const photograph = existsSync(PHOTOGRAPH);
  const source = (): Sharp => (photograph ? sharp(PHOTOGRAPH) : noise());
  const files = { jpeg720: join(folder, '720.jpg'), raw540: join(folder, '540.rgb') };
  await source().resize(1280, 720, { fit: 'cover' }).jpeg({ quality: 90 }).toFile(files.jpeg720);
  const pixels = await source().resize(960, 540, { fit: 'cover' }).removeAlpha().raw().toBuffer();
  writeFileSync(files.raw540, pixels);
  return { subject: photograph ? 'a photograph' : 'noise, since no photograph is at hand', ...files };
}

/** Something that compresses no better than a photograph does. */
function noise(): Sharp {
  return sharp({
    create: {
      width: 1280,
      height: 720,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', mean: 128, sigma: 12 },
    },
  });
}
