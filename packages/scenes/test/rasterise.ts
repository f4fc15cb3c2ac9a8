import sharp from 'sharp';
import type { Box, Figure } from '../src/figure.ts';
import { SvgWriter } from '../src/svg.ts';

/** A figure's own parts alone, drawn by a real rasteriser: the smallest box around what is not transparent. */
export async function paintedExtent(figure: Figure, width: number, height: number): Promise<Box> {
  const writer = new SvgWriter();
  writer.add(figure.filter(({ extra }) => !extra));
  const svg = Buffer.from(writer.finish(width, height));
  const { data, info } = await sharp(svg).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const box = { xmin: width, ymin: height, xmax: 0, ymax: 0 };
  for (let y = 0, i = 3; y < height; y++) {
    for (let x = 0; x < width; x++, i += info.channels) {
      // Less than this is the rim of an edge that only touches the pixel.
      if ((data[i] as number) < 6) continue;
      box.xmin = Math.min(box.xmin, x);
      box.xmax = Math.max(box.xmax, x + 1);
      box.ymin = Math.min(box.ymin, y);
      box.ymax = Math.max(box.ymax, y + 1);
    }
  }
  return box;
}

/** By how much two boxes differ on their worst side, in pixels. */
export function worstSide(a: Box, b: Box): number {
  return Math.max(
    Math.abs(a.xmin - b.xmin),
    Math.abs(a.ymin - b.ymin),
    Math.abs(a.xmax - b.xmax),
    Math.abs(a.ymax - b.ymax),
  );
}
