import { expect, test } from 'vitest';
import { extent, fill, place, stroke } from '../src/figure.ts';
import { ellipse, flatten, path, polyline, rect, toPathData } from '../src/path.ts';

test('path data is read and written', () => {
  expect(toPathData(path('M0 0 L10 5 H20 V-3.5 C1 2 3 4 5 6 Z'))).toBe('M0 0L10 5L20 5L20 -3.5C1 2 3 4 5 6Z');
});

test('a quadratic curve becomes the same cubic one', () => {
  const [line] = flatten(path('M0 0 Q50 100 100 0'));
  const [x, y] = line?.[8] ?? [];
  expect(x).toBeCloseTo(50);
  expect(y).toBeCloseTo(50);
});

test('an ellipse is as wide and high as its radii say', () => {
  expect(extent([fill(ellipse(10, 20, 5, 8), '#000000')])).toEqual({ xmin: 5, ymin: 12, xmax: 15, ymax: 28 });
});

test('a stroke reaches half its width beyond its line', () => {
  const line = stroke(
    polyline([
      [10, 10],
      [30, 10],
    ]),
    '#000000',
    4,
  );
  expect(extent([line])).toEqual({ xmin: 8, ymin: 8, xmax: 32, ymax: 12 });
});

test('a pose scales strokes, mirrors and turns', () => {
  const bar = stroke(
    polyline([
      [0, 0],
      [10, 0],
    ]),
    '#000000',
    2,
  );
  expect(extent(place([bar], { x: 100, y: 50, scale: 3 }))).toEqual({
    xmin: 97,
    ymin: 47,
    xmax: 133,
    ymax: 53,
  });
  expect(extent(place([bar], { x: 100, y: 50, scale: 1, flip: true }))?.xmin).toBeCloseTo(89);
  expect(extent(place([bar], { x: 100, y: 50, scale: 1, turn: 90 }))?.ymax).toBeCloseTo(61);
});

test('what is extra does not count', () => {
  expect(extent([fill(rect(0, 0, 5, 5), '#000000', { extra: true })])).toBeUndefined();
});
