import sharp from 'sharp';
import { Random } from './random.ts';
import type { Scene } from './scene.ts';

export interface RenderOptions {
  /** Default `jpeg`; `raw` is RGB, 8 bits, interleaved. */
  readonly format?: 'jpeg' | 'png' | 'webp' | 'raw' | undefined;
  /** Of JPEG and WebP, 1 to 100; default 90. */
  readonly quality?: number | undefined;
  /** Sigma of a Gaussian blur, in pixels; default none. */
  readonly blur?: number | undefined;
  /** Standard deviation of the noise added to each channel, in steps of 0 to 255; default none. */
  readonly noise?: number | undefined;
  /** Of the noise. */
  readonly seed?: string | number | undefined;
}

/** Rasterises a scene at its own size. The scene is not changed. */
export async function renderScene(scene: Scene, options: RenderOptions = {}): Promise<Buffer> {
  const { format = 'jpeg', quality = 90, blur = 0, noise = 0, seed = 0 } = options;
  let image = sharp(Buffer.from(scene.svg)).flatten({ background: '#ffffff' }).toColourspace('srgb');
  // libvips refuses a sigma below 0.3.
  if (blur >= 0.3) image = image.blur(blur);
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  if (noise > 0) addNoise(data, noise, new Random(seed));
  if (format === 'raw') return data;
  const { width, height, channels } = info;
  const drawn = sharp(data, { raw: { width, height, channels } });
  if (format === 'png') return drawn.png().toBuffer();
  return format === 'webp' ? drawn.webp({ quality }).toBuffer() : drawn.jpeg({ quality }).toBuffer();
}

/** Changes each byte by what the sum of two dice makes of it: close enough to a bell curve. */
function addNoise(data: Buffer, deviation: number, random: Random): void {
  const reach = deviation * Math.sqrt(6);
  for (let i = 0; i < data.length; i++) {
    const value = (data[i] as number) + (random.next() + random.next() - 1) * reach;
    data[i] = Math.min(255, Math.max(0, value));
  }
}
