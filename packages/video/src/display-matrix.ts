/** How a stored picture becomes upright. */
export interface Orientation {
  /** Clockwise, in degrees: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** FFmpeg filters that do it, in order. */
  readonly filters: readonly string[];
}

const UPRIGHT: Orientation = { rotation: 0, filters: [] };
const TOLERANCE_DEGREES = 1;

/**
 * Reads a display matrix: nine 32-bit integers, little-endian as libavformat keeps them on the machines we run on,
 * rows (a b u, c d v, x y w). Follows fftools' `-autorotate`; turns by other than quarters are left out.
 */
export function readDisplayMatrix(bytes: Buffer | null): Orientation {
  if (!bytes || bytes.length < 36) return UPRIGHT;
  const [a, b, c, d] = [0, 4, 12, 16].map((offset) => bytes.readInt32LE(offset)) as [
    number,
    number,
    number,
    number,
  ];
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
