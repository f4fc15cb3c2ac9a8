import { type Box, extent, type Figure } from './figure.ts';
import { flatten, type Point } from './path.ts';

/** What of the picture a figure covers: one byte a pixel, sampled at the pixel's middle. */
export interface Silhouette {
  /** The exact extent, also outside the picture. */
  readonly box: Box;
  /** Where the bytes lie in the picture, in whole pixels; may reach outside. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly covered: Uint8Array;
}

/**
 * @param figure in pixels of the picture
 * @returns undefined if none of its parts count
 */
export function silhouette(figure: Figure): Silhouette | undefined {
  const box = extent(figure);
  if (!box) return undefined;
  const [left, top] = [Math.floor(box.xmin), Math.floor(box.ymin)];
  const width = Math.max(1, Math.ceil(box.xmax) - left);
  const height = Math.max(1, Math.ceil(box.ymax) - top);
  const shape = { box, left, top, width, height, covered: new Uint8Array(width * height) };
  for (const { outline, fill, stroke, strokeWidth = 0, extra } of figure) {
    if (extra) continue;
    const lines = flatten(outline);
    if (fill) fillLines(shape, lines);
    if (stroke) for (const line of lines) strokeLine(shape, line, strokeWidth / 2);
  }
  return shape;
}

/** Pixels whose middle is inside, by the non-zero rule. */
function fillLines({ left, top, width, height, covered }: Silhouette, lines: readonly Point[][]): void {
  for (let row = 0; row < height; row++) {
    const y = top + row + 0.5;
    const crossings = lines.flatMap((line) => crossingsAt(line, y)).sort((a, b) => a.x - b.x);
    let winding = 0;
    for (const [i, { x, way }] of crossings.entries()) {
      winding += way;
      const next = crossings[i + 1];
      if (winding === 0 || !next) continue;
      const from = Math.max(0, Math.ceil(x - left - 0.5));
      const to = Math.min(width - 1, Math.ceil(next.x - left - 0.5) - 1);
      if (to >= from) covered.fill(1, row * width + from, row * width + to + 1);
    }
  }
}

function crossingsAt(line: readonly Point[], y: number): { x: number; way: number }[] {
  const found: { x: number; way: number }[] = [];
  for (let i = 0; i < line.length; i++) {
    const [x0, y0] = line[i] as Point;
    const [x1, y1] = line[(i + 1) % line.length] as Point;
    if (y0 <= y === y1 <= y) continue;
    found.push({ x: x0 + ((y - y0) / (y1 - y0)) * (x1 - x0), way: y1 > y0 ? 1 : -1 });
  }
  return found;
}

/** Pixels whose middle is nearer to the line than `reach`. */
function strokeLine(shape: Silhouette, line: readonly Point[], reach: number): void {
  for (let i = 0; i + 1 < line.length; i++) strokePiece(shape, line[i] as Point, line[i + 1] as Point, reach);
}

function strokePiece(
  { left, top, width, height, covered }: Silhouette,
  [x0, y0]: Point,
  [x1, y1]: Point,
  reach: number,
): void {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy || 1;
  const rows = [Math.min(y0, y1) - reach - top, Math.max(y0, y1) + reach - top] as const;
  const columns = [Math.min(x0, x1) - reach - left, Math.max(x0, x1) + reach - left] as const;
  for (let row = Math.max(0, Math.floor(rows[0])); row < Math.min(height, rows[1]); row++) {
    for (let column = Math.max(0, Math.floor(columns[0])); column < Math.min(width, columns[1]); column++) {
      const [x, y] = [left + column + 0.5, top + row + 0.5];
      const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
      if (Math.hypot(x - x0 - t * dx, y - y0 - t * dy) < reach) covered[row * width + column] = 1;
    }
  }
}
