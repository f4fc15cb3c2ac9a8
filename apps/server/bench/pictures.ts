import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';

const SHARED = fileURLToPath(new URL('../../../../shared/media/', import.meta.url));
const PHOTOGRAPH = `${SHARED}images/darknet-kite.jpg`;
const VIDEO = `${SHARED}videos/one-by-one-person-detection.mp4`;

/** An image as it is sent; its bytes are in `file`. */
export interface Picture {
  readonly mode: string;
  readonly width: number;
  readonly height: number;
  readonly file: string;
}

export interface Pictures {
  /** What they show, for the heading. */
  readonly subject: string;
  /** By name, as in `JPEG 1280x720`. */
  get(name: string): Picture;
  /** Absent where none is at hand. */
  readonly video: string | undefined;
  remove(): void;
}

const SIZES = [
  [640, 480],
  [1280, 720],
  [1920, 1080],
  [4000, 3000],
] as const;

/** The second are those of the video's frames. */
const RAW_SIZES = [
  [960, 540],
  [768, 432],
] as const;

/** As large as what the network takes of them. */
const INPUT_SIZES = [
  [640, 384],
  [640, 480],
  [480, 288],
  [320, 192],
] as const;

/** Writes the pictures of the benchmark to a temporary folder. Must run before libvips' loaders are restricted. */
export async function makePictures(): Promise<Pictures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const isPhotograph = existsSync(PHOTOGRAPH);
  const source = (): Sharp => (isPhotograph ? sharp(PHOTOGRAPH) : noise());
  const pictures = new Map<string, Picture>();
  const add = async (name: string, bytes: Promise<Buffer>, size = { mode: '', width: 0, height: 0 }) => {
    const file = join(folder, name);
    writeFileSync(file, await bytes);
    pictures.set(name, { ...size, file });
  };
  const scaled = (width: number, height: number) => source().resize(width, height, { fit: 'cover' });
  for (const [width, height] of SIZES) {
    await add(`JPEG ${width}x${height}`, scaled(width, height).jpeg({ quality: 90 }).toBuffer());
  }
  await add('PNG 1280x720', scaled(1280, 720).png({ compressionLevel: 6 }).toBuffer());
  await add('WebP 1280x720', scaled(1280, 720).webp({ quality: 85 }).toBuffer());
  for (const [width, height] of RAW_SIZES) {
    const pixels = scaled(width, height).removeAlpha().raw().toBuffer();
    await add(`raw ${width}x${height}`, pixels, { mode: 'RGB', width, height });
  }
  for (const [width, height] of INPUT_SIZES) {
    const pixels = scaled(width, height).removeAlpha().raw().toBuffer();
    await add(`network input ${width}x${height}`, pixels, { mode: 'RGB', width, height });
  }
  return {
    subject: isPhotograph ? 'a photograph' : 'noise, since no photograph is at hand',
    get(name) {
      const picture = pictures.get(name);
      if (!picture) throw new Error(`there is no picture ${name}`);
      return picture;
    },
    video: existsSync(VIDEO) ? VIDEO : undefined,
    remove: () => rmSync(folder, { recursive: true }),
  };
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
