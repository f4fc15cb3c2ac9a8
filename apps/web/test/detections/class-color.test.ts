import { describe, expect, it } from 'vitest';
import { classColor } from '../../src/detections/class-color.ts';

const CLASSES = Array.from({ length: 80 }, (_, classId) => classId);

/** Relative luminance as WCAG has it, from `oklch(L% C H)`; CSS Color 4, section 10. */
function luminance(color: string): number {
  const [l = 0, c = 0, h = 0] = color.match(/[\d.]+/g)?.map(Number) ?? [];
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const cube = (x: number) => x ** 3;
  const L = cube(l / 100 + 0.3963377774 * a + 0.2158037573 * b);
  const M = cube(l / 100 - 0.1055613458 * a - 0.0638541728 * b);
  const S = cube(l / 100 - 0.0894841775 * a - 1.291485548 * b);
  const clip = (x: number) => Math.min(Math.max(x, 0), 1);
  const red = clip(4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S);
  const green = clip(-1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S);
  const blue = clip(-0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('classColor', () => {
  it('gives each of 80 classes a colour of its own, always the same', () => {
    expect(new Set(CLASSES.map(classColor)).size).toBe(80);
    expect(classColor(5)).toBe(classColor(5));
  });

  it('is light enough for dark letters: contrast 7 and more', () => {
    const letters = 0.004;
    for (const classId of CLASSES) {
      expect((luminance(classColor(classId)) + 0.05) / (letters + 0.05)).toBeGreaterThan(7);
    }
  });
});
