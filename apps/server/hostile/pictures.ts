import { crc32, deflateSync } from 'node:zlib';
import { drawScene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import sharp from 'sharp';
import {
  anyBoundaries,
  type Boundaries,
  isoBoundaries,
  jpegBoundaries,
  pngBoundaries,
  riffBoundaries,
} from './boundaries.ts';
import type { HostileFile } from './hostile-file.ts';
import { bitFlips, truncations } from './mutations.ts';

const FORMATS: Record<string, Boundaries> = {
  jpeg: jpegBoundaries,
  png: pngBoundaries,
  webp: riffBoundaries,
  avif: isoBoundaries,
  gif: anyBoundaries,
  tiff: anyBoundaries,
};

/** A small drawn scene in each format that is offered. */
export async function goodPictures(): Promise<Record<string, Buffer>> {
  const scene = drawScene({ seed: 'hostile', width: 160, height: 120 });
  const drawn = await renderScene(scene, { format: 'png' });
  const entries = Object.keys(FORMATS).map(async (kind) => {
    const format = kind as 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff';
    return [kind, await sharp(drawn).toFormat(format).toBuffer()] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Every good picture, cut and with bits turned. */
export function spoiltPictures(
  good: Record<string, Buffer>,
  { cuts, flips, seed }: { cuts: number | undefined; flips: number; seed: number },
): HostileFile[] {
  return Object.entries(FORMATS).flatMap(([kind, boundaries]) => {
    const bytes = good[kind] ?? Buffer.alloc(0);
    const original = { kind, fileName: `a.${kind}`, bytes, boundaries };
    return [...truncations(original, cuts), ...bitFlips(original, flips, seed)];
  });
}

export function pngChunk(type: string, body: Uint8Array = new Uint8Array()): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}

interface Png {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample, and PNG's number of the colour type: 0 grey, 6 RGBA. */
  readonly depth?: number;
  readonly colour?: number;
  readonly pixels?: Uint8Array;
  readonly more?: readonly Buffer[];
}

/** A PNG that says what it is told to; its pixels are black, and few bytes when deflated. */
export function png({ width, height, depth = 1, colour = 0, pixels, more = [] }: Png): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour], 8);
  const samples = colour === 6 ? 4 : 1;
  const rows = pixels ?? new Uint8Array((Math.ceil((width * depth * samples) / 8) + 1) * height);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...more,
    pngChunk('IDAT', deflateSync(rows, { level: 9 })),
    pngChunk('IEND'),
  ]);
}

/** `bytes` with some of them replaced. */
export function patched(bytes: Buffer, at: number, replacement: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(replacement, at);
  return copy;
}
