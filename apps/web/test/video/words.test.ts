import { describe, expect, it } from 'vitest';
import { formatClock, formatFps, formatLeft } from '../../src/video/words.ts';

describe('formatClock', () => {
  it.each([
    [0, false, '0:00'],
    [5_249, true, '0:05.2'],
    [59_999, false, '0:59'],
    [61_000, false, '1:01'],
    [3_723_000, false, '1:02:03'],
    [-40, true, '0:00.0'],
  ])('%d', (ms, tenths, expected) => expect(formatClock(ms, tenths)).toBe(expected));
});

describe('formatLeft', () => {
  it.each([
    [1_000, 'a few seconds'],
    [21_000, '25 s'],
    [58_000, '1 min'],
    [170_000, '3 min'],
    [3_600_000, '1 h'],
    [4_800_000, '1 h 20 min'],
  ])('%d', (ms, expected) => expect(formatLeft(ms)).toBe(expected));
});

describe('formatFps', () => {
  it('has a decimal where it matters', () =>
    expect([formatFps(8.44), formatFps(31.2)]).toEqual(['8.4', '31']));
});
