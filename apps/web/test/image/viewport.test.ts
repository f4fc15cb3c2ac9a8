import { describe, expect, it } from 'vitest';
import { fitPicture } from '../../src/detections/fit-picture.ts';
import {
  isWhole,
  panBy,
  pointInPicture,
  reveal,
  type Sight,
  throughFrame,
  zoomAt,
} from '../../src/image/viewport.ts';

/** Fits at a scale of 0.5, with 50 pixels of room above and below. */
const SIGHT: Sight = { picture: { width: 800, height: 400 }, frame: { width: 400, height: 300 } };
const WHOLE = fitPicture(SIGHT.picture, SIGHT.frame);

describe('zoomAt', () => {
  it('keeps what is under the pointer under the pointer', () => {
    const point = [100, 150] as const;
    const before = pointInPicture(WHOLE, point);
    const view = zoomAt(WHOLE, 4, point, SIGHT);
    expect(view.scale).toBe(2);
    expect(pointInPicture(view, point)).toEqual(before);
  });

  it('goes no further out than all of it', () => {
    expect(zoomAt(WHOLE, 0.1, [10, 10], SIGHT)).toEqual(WHOLE);
    const view = zoomAt(zoomAt(WHOLE, 3, [0, 0], SIGHT), 0.01, [399, 299], SIGHT);
    expect(view).toEqual(WHOLE);
    expect(isWhole(view, SIGHT)).toBe(true);
  });

  it('goes no further in than makes sense', () => {
    expect(zoomAt(WHOLE, 1e6, [0, 0], SIGHT).scale).toBe(8);
    const tiny: Sight = { picture: { width: 1, height: 1 }, frame: SIGHT.frame };
    expect(zoomAt(fitPicture(tiny.picture, tiny.frame), 1e6, [0, 0], tiny).scale).toBe(300 * 8);
  });

  it('leaves no gap at an edge, and centres what is smaller than the frame', () => {
    const view = zoomAt(WHOLE, 1.2, [0, 150], SIGHT);
    expect(view.area[0]).toBe(0);
    expect(view.area[1]).toBeCloseTo((300 - 240) / 2);
  });
});

describe('panBy', () => {
  const near = zoomAt(WHOLE, 4, [200, 150], SIGHT);

  it('moves the picture', () => {
    const moved = panBy(near, -30, 20, SIGHT);
    expect(moved.area[0]).toBe(near.area[0] - 30);
    expect(moved.area[1]).toBe(near.area[1] + 20);
    expect(moved.scale).toBe(near.scale);
  });

  it('stops at the edges', () => {
    expect(panBy(near, 1e6, 1e6, SIGHT).area.slice(0, 2)).toEqual([0, 0]);
    expect(panBy(near, -1e6, -1e6, SIGHT).area.slice(2)).toEqual([400, 300]);
  });

  it('does not move all of it', () => {
    expect(panBy(WHOLE, 50, 50, SIGHT)).toEqual(WHOLE);
  });
});

describe('throughFrame', () => {
  const narrow = { width: 200, height: 300 };

  it('shows all of it if all of it was shown', () => {
    expect(throughFrame(WHOLE, SIGHT, narrow)).toEqual(fitPicture(SIGHT.picture, narrow));
  });

  it('keeps scale and middle otherwise', () => {
    const near = zoomAt(WHOLE, 4, [200, 150], SIGHT);
    const view = throughFrame(near, SIGHT, narrow);
    expect(view.scale).toBe(near.scale);
    expect(pointInPicture(view, [100, 150])).toEqual(pointInPicture(near, [200, 150]));
  });
});

describe('reveal', () => {
  const near = zoomAt(WHOLE, 4, [0, 0], SIGHT);

  it('leaves alone what is in sight', () => {
    expect(reveal(near, [50, 50, 100, 100], SIGHT)).toBe(near);
  });

  it('brings in what is not, with something around it', () => {
    const view = reveal(near, [600, 300, 640, 340], SIGHT);
    const [x, y] = pointInPicture(view, [400, 300]);
    expect(x).toBeCloseTo(640 + 14);
    expect(y).toBeCloseTo(340 + 14);
  });

  it('leaves alone what fills the frame anyway', () => {
    const inside = zoomAt(WHOLE, 16, [200, 150], SIGHT);
    expect(reveal(inside, [0, 0, 800, 400], SIGHT)).toBe(inside);
  });
});
