import { describe, expect, it } from 'vitest';
import { nextPieceBytes } from '../../src/uploads/piece-size.ts';

const MAX = 4 * 1024 * 1024;

describe('nextPieceBytes', () => {
  it.each([
    ['begins small', MAX, undefined, 524_288],
    ['grows on a quick line, at most twofold', MAX, { bytes: 524_288, tookMs: 1 }, 1_048_576],
    ['keeps to the limit', MAX, { bytes: MAX, tookMs: 10 }, MAX],
    ['keeps to a small limit from the start', 1_000, undefined, 1_000],
    ['shrinks on a slow line', MAX, { bytes: 700_000, tookMs: 7_000 }, 70_000],
    ['never shrinks to nothing', MAX, { bytes: 65_536, tookMs: 60_000 }, 65_536],
  ])('%s', (_, max, last, expected) => {
    expect(nextPieceBytes(max, last)).toBe(expected);
  });
});
