import { describe, expect, test } from 'vitest';
import { fill } from '../src/figure.ts';
import { ellipse, rect } from '../src/path.ts';
import { silhouette } from '../src/silhouette.ts';
import { sights } from '../src/visibility.ts';

const block = (x: number, y: number, width: number, height: number) =>
  silhouette([fill(rect(x, y, width, height), '#000000')]);

test('nothing is seen of no thing', () => {
  expect(sights([], 100, 100)).toEqual([]);
  expect(silhouette([])).toBeUndefined();
  expect(silhouette([fill(rect(0, 0, 9, 9), '#000000', { extra: true })])).toBeUndefined();
  expect(sights([undefined], 100, 100)).toEqual([undefined]);
});

test('a thing alone is seen whole, its box exact', () => {
  const [seen] = sights([block(10.25, 20.5, 30.5, 40)], 100, 100);
  expect(seen).toEqual({ share: 1, box: { xmin: 10.25, ymin: 20.5, xmax: 40.75, ymax: 60.5 } });
});

describe('what stands in front', () => {
  test('takes its pixels, and the side that it hides', () => {
    const [back, front] = sights([block(10, 10, 40, 40), block(30, 0, 40, 90)], 100, 100);
    expect(back).toEqual({ share: 0.5, box: { xmin: 10, ymin: 10, xmax: 30, ymax: 50 } });
    expect(front?.share).toBe(1);
  });

  test('leaves the box as it is where it hides only the middle', () => {
    const [back] = sights([block(10, 10, 40, 40), block(20, 0, 10, 90)], 100, 100);
    expect(back).toEqual({ share: 0.75, box: { xmin: 10, ymin: 10, xmax: 50, ymax: 50 } });
  });

  test('may hide everything', () => {
    expect(sights([block(10, 10, 20, 20), block(0, 0, 50, 50)], 100, 100)[0]).toBeUndefined();
  });
});

test('what is outside the picture is not seen', () => {
  const [cut, gone] = sights([block(-10, 90, 20, 20), block(200, 0, 10, 10)], 100, 100);
  expect(cut).toEqual({ share: 0.25, box: { xmin: 0, ymin: 90, xmax: 10, ymax: 100 } });
  expect(gone).toBeUndefined();
});

test('a round thing covers the area of a circle', () => {
  const shape = silhouette([fill(ellipse(50, 50, 30), '#000000')]);
  const area = shape?.covered.reduce((sum, each) => sum + each, 0) ?? 0;
  expect(area / (Math.PI * 900)).toBeCloseTo(1, 2);
});
