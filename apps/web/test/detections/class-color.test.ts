import { describe, expect, it } from 'vitest';
import { classColor } from '../../src/detections/class-color.ts';

const CLASSES = Array.from({ length: 80 }, (_, classId) => classId);

/** COCO's classes that are often in one picture. */
const TOGETHER = {
  // person, bicycle, car, motorcycle, bus, truck, dog, bottle, cup, chair, dining table
  everywhere: [0, 1, 2, 3, 5, 7, 16, 39, 41, 56, 60],
  // person, bicycle, car, motorcycle, bus, truck, traffic light, stop sign, parking meter, bench, dog, backpack,
  // umbrella, handbag, potted plant, clock
  'in a street': [0, 1, 2, 3, 5, 7, 9, 11, 12, 13, 16, 24, 25, 26, 58, 74],
  // person, bottle, wine glass, cup, fork, knife, spoon, bowl, pizza, cake, chair, dining table
  'at a table': [0, 39, 40, 41, 42, 43, 44, 45, 53, 55, 56, 60],
  // person, cat, dog, chair, couch, potted plant, bed, tv, laptop, mouse, keyboard, book, clock, vase
  'in a room': [0, 15, 16, 56, 57, 58, 59, 62, 63, 64, 66, 73, 74, 75],
};

/** Red, green and blue in linear light, of `#rrggbb`. */
function linear(color: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return [red, green, blue];
}

/** Relative luminance as WCAG has it. */
function luminance(color: string): number {
  const [red, green, blue] = linear(color);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** CSS Color 4, section 10. */
function toOklab(color: string): [number, number, number] {
  const [red, green, blue] = linear(color);
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** How far apart the two of some classes are, in OKLab, that look most alike. */
function closest(classes: readonly number[]): number {
  const colors = classes.map((classId) => toOklab(classColor(classId)));
  const distances = colors.flatMap(([l, a, b], index) =>
    colors.slice(index + 1).map((other) => Math.hypot(l - other[0], a - other[1], b - other[2])),
  );
  return Math.min(...distances);
}

describe('classColor', () => {
  it('is always the same, and there is one for any class', () => {
    expect(classColor(5)).toBe(classColor(5));
    for (const classId of [80, 1_202]) expect(classColor(classId)).toMatch(/^#[0-9a-f]{6}$/);
  });

  it('tells each of 80 classes from all others', () => {
    expect(closest(CLASSES)).toBeGreaterThan(0.06);
  });

  it.each(Object.entries(TOGETHER))('tells best what is often together, %s', (_, classes) => {
    expect(closest(classes)).toBeGreaterThan(0.085);
  });

  it('is light enough for dark letters: contrast 7 and more', () => {
    const letters = 0.004;
    for (const classId of CLASSES) {
      expect((luminance(classColor(classId)) + 0.05) / (letters + 0.05)).toBeGreaterThan(7);
    }
  });
});
