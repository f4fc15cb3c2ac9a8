/** How a stored picture becomes upright. */
export interface Orientation {
  /** Clockwise, in degrees: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** FFmpeg filters that do it, in order. */
  readonly filters: readonly string[];
}

const UPRIGHT: Orientation = { rotation: 0, filters: [] };
const TOLERANCE_DEGREES = 1;

/** Reads a display matrix as libavformat keeps it: 32-bit integers, little-endian on the machines we run on. */
export function readDisplayMatrix(bytes: Buffer | null): Orientation {
  const count = Math.floor((bytes?.length ?? 0) / 4);
  return toOrientation(Array.from({ length: count }, (_, index) => bytes?.readInt32LE(4 * index) ?? 0));
}

/** Reads a display matrix as `ffprobe` writes it: three lines, each a number and a colon before its integers. */
export function parseDisplayMatrix(text: string | undefined): Orientation {
  const rows = text?.split('\n') ?? [];
  return toOrientation(rows.flatMap((row) => row.split(':')[1]?.match(/-?\d+/g)?.map(Number) ?? []));
}

/**
 * @param matrix nine integers, rows (a b u, c d v, x y w). Follows fftools' `-autorotate`; turns by other than quarters
 * are left out.
 */
function toOrientation(matrix: readonly number[]): Orientation {
  if (matrix.length < 9) return UPRIGHT;
  const [a = 0, b = 0, , c = 0, d = 0] = matrix;
  const [scaleX, scaleY] = [Math.hypot(a, c) || 1, Math.hypot(b, d) || 1];
  const degrees = (Math.atan2(b / scaleY, a / scaleX) * 180) / Math.PI;
  const rotation = (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
  const offBy = Math.abs(((degrees - rotation + 540) % 360) - 180);
  if (offBy > TOLERANCE_DEGREES) return UPRIGHT;
  return { rotation, filters: filtersFor(rotation, a, c, d) };
}

function filtersFor(rotation: number, a: number, c: number, d: number): string[] {
  if (rotation === 90) return [`transpose=${c > 0 ? 'cclock_flip' : 'clock'}`];
  if (rotation === 270) return [`transpose=${c < 0 ? 'clock_flip' : 'cclock'}`];
  if (rotation === 180) return [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])];
  return d < 0 ? ['vflip'] : [];
}
