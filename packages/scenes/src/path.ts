/** `[x, y]`, y downwards. */
export type Point = readonly [x: number, y: number];

type Segment =
  | { readonly kind: 'M' | 'L'; readonly to: Point }
  | { readonly kind: 'C'; readonly first: Point; readonly second: Point; readonly to: Point }
  | { readonly kind: 'Z' };

/** An outline of lines and cubic Bézier curves. */
export type Path = readonly Segment[];

/** `[a, b, c, d, e, f]`: x' = a x + c y + e, y' = b x + d y + f, as in SVG. */
export type Affine = readonly [number, number, number, number, number, number];

/** How far from the middle of a quarter circle's arc its Bézier handles lie. */
const QUARTER = 0.5522847498;

/** Steps in which a curve is made into lines: off by less than 0.1 % of its size. */
const STEPS = 16;

/** Parses SVG path data of the absolute commands M L H V Q C Z. */
export function path(data: string): Path {
  const tokens = data.match(/[MLHVQCZ]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/g) ?? [];
  const segments: Segment[] = [];
  let at: Point = [0, 0];
  let command = 'M';
  let i = 0;
  const number = () => Number(tokens[i++]);
  const point = (): Point => [number(), number()];
  while (i < tokens.length) {
    if (/[A-Z]/.test(tokens[i] as string)) command = tokens[i++] as string;
    if (command === 'Z') {
      segments.push({ kind: 'Z' });
    } else if (command === 'C') {
      const [first, second, to] = [point(), point(), point()];
      segments.push({ kind: 'C', first, second, to });
      at = to;
    } else if (command === 'Q') {
      const control = point();
      const to = point();
      segments.push({ kind: 'C', first: mix(at, control, 2 / 3), second: mix(to, control, 2 / 3), to });
      at = to;
    } else {
      if (command === 'H') at = [number(), at[1]];
      else if (command === 'V') at = [at[0], number()];
      else at = point();
      segments.push({ kind: command === 'M' ? 'M' : 'L', to: at });
      if (command === 'M') command = 'L';
    }
  }
  return segments;
}

export function polygon(points: readonly Point[]): Path {
  return [...polyline(points), { kind: 'Z' }];
}

export function polyline(points: readonly Point[]): Path {
  return points.map((to, i) => ({ kind: i === 0 ? 'M' : 'L', to }));
}

export function ellipse(x: number, y: number, rx: number, ry = rx): Path {
  return rect(x - rx, y - ry, 2 * rx, 2 * ry, rx, ry);
}

/** A rectangle by its top left corner, its corners rounded. */
export function rect(x: number, y: number, width: number, height: number, rx = 0, ry = rx): Path {
  const [right, bottom] = [x + width, y + height];
  const a = Math.min(rx, width / 2);
  const b = Math.min(ry, height / 2);
  if (a <= 0 || b <= 0) {
    return polygon([
      [x, y],
      [right, y],
      [right, bottom],
      [x, bottom],
    ]);
  }
  const [ka, kb] = [a * (1 - QUARTER), b * (1 - QUARTER)];
  return path(
    `M${x + a} ${y} L${right - a} ${y} C${right - ka} ${y} ${right} ${y + kb} ${right} ${y + b}` +
      ` L${right} ${bottom - b} C${right} ${bottom - kb} ${right - ka} ${bottom} ${right - a} ${bottom}` +
      ` L${x + a} ${bottom} C${x + ka} ${bottom} ${x} ${bottom - kb} ${x} ${bottom - b}` +
      ` L${x} ${y + b} C${x} ${y + kb} ${x + ka} ${y} ${x + a} ${y} Z`,
  );
}

/** A smooth outline through points (Catmull-Rom). */
export function smooth(points: readonly Point[], closed = true): Path {
  const count = points.length;
  const at = (i: number) =>
    points[closed ? (i + count) % count : Math.min(Math.max(i, 0), count - 1)] as Point;
  const segments: Segment[] = [{ kind: 'M', to: at(0) }];
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const first: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6];
    const second: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6];
    segments.push({ kind: 'C', first, second, to });
  }
  return closed ? [...segments, { kind: 'Z' }] : segments;
}

function transformPoint([x, y]: Point, [a, b, c, d, e, f]: Affine): Point {
  return [a * x + c * y + e, b * x + d * y + f];
}

export function transformPath(outline: Path, affine: Affine): Path {
  return outline.map((segment) => {
    if (segment.kind === 'Z') return segment;
    const to = transformPoint(segment.to, affine);
    if (segment.kind !== 'C') return { kind: segment.kind, to };
    const first = transformPoint(segment.first, affine);
    return { kind: 'C', first, second: transformPoint(segment.second, affine), to };
  });
}

/** The outline as lines: one list of points for each part that begins with a move. */
export function flatten(outline: Path): Point[][] {
  const lines: Point[][] = [];
  for (const segment of outline) {
    const line = lines.at(-1);
    if (segment.kind === 'M') lines.push([segment.to]);
    else if (segment.kind === 'L') line?.push(segment.to);
    else if (segment.kind === 'Z') line?.push(line[0] as Point);
    else if (line && segment.kind === 'C') {
      const from = line.at(-1) as Point;
      for (let i = 1; i <= STEPS; i++) line.push(bezier(from, segment, i / STEPS));
    }
  }
  return lines;
}

/** SVG path data, to a hundredth of a pixel. */
export function toPathData(outline: Path): string {
  const text = ([x, y]: Point) => `${round(x)} ${round(y)}`;
  return outline
    .map((segment) => {
      if (segment.kind === 'Z') return 'Z';
      if (segment.kind !== 'C') return segment.kind + text(segment.to);
      return `C${text(segment.first)} ${text(segment.second)} ${text(segment.to)}`;
    })
    .join('');
}

export function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

function mix(from: Point, to: Point, share: number): Point {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

function bezier(from: Point, { first, second, to }: Extract<Segment, { kind: 'C' }>, t: number): Point {
  const s = 1 - t;
  const [w0, w1, w2, w3] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return [
    w0 * from[0] + w1 * first[0] + w2 * second[0] + w3 * to[0],
    w0 * from[1] + w1 * first[1] + w2 * second[1] + w3 * to[1],
  ];
}
