import { PredictionSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { boxesToSvg } from '../src/draw-boxes.ts';

const SIZE = { width: 200, height: 100 };

/** The rectangles of the drawing, in order: each box, then its label's ground. */
function rectangles(svg: string) {
  const number = (tag: string, name: string) => Number(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]);
  return Array.from(svg.matchAll(/<rect[^>]*>/g), ([tag]) => ({
    x: number(tag, 'x'),
    y: number(tag, 'y'),
    right: number(tag, 'x') + number(tag, 'width'),
    bottom: number(tag, 'y') + number(tag, 'height'),
  }));
}

test.each([
  ['in the middle', 60, 40, 120, 80],
  ['at the top', 60, 0, 120, 80],
  ['at the right edge', 190, 40, 200, 80],
  ['at the bottom left', 0, 95, 10, 100],
  ['the whole picture', 0, 0, 200, 100],
])('a box %s keeps its place and its label stays in the picture', (_name, xmin, ymin, xmax, ymax) => {
  const box = create(PredictionSchema, { xmin, ymin, xmax, ymax, name: 'traffic light', confidence: 0.5 });
  const [drawn, label] = rectangles(boxesToSvg([box], SIZE.width, SIZE.height));
  expect(drawn).toEqual({ x: xmin, y: ymin, right: xmax, bottom: ymax });
  expect(Math.min(label?.x ?? -1, label?.y ?? -1)).toBeGreaterThanOrEqual(0);
  expect(label?.right).toBeLessThanOrEqual(SIZE.width);
  expect(label?.bottom).toBeLessThanOrEqual(SIZE.height);
});

test('no boxes, and a name that looks like markup', () => {
  expect(rectangles(boxesToSvg([], 10, 10))).toEqual([]);
  const box = create(PredictionSchema, { xmax: 5, ymax: 5, name: '<b>&"' });
  expect(boxesToSvg([box], 10, 10)).toContain('&#60;b&#62;&#38;&#34; 0.00');
});
