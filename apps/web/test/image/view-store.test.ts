import { expect, it } from 'vitest';
import { createViewStore } from '../../src/image/view-store.ts';

const PICTURE = { width: 800, height: 400 };
const FRAME = { width: 400, height: 300 };

it('knows nothing until it knows the sizes', () => {
  const store = createViewStore();
  store.zoomBy(2);
  store.showWhole();
  expect(store.get()).toBeUndefined();
});

it('begins with all of the picture, zooms around the middle, and back', () => {
  const store = createViewStore();
  store.resize(PICTURE, FRAME);
  expect(store.get()).toMatchObject({ whole: true, fit: { scale: 0.5, area: [0, 50, 400, 250] } });
  store.zoomTo(1);
  expect(store.get()).toMatchObject({ whole: false, fit: { scale: 1, area: [-200, -50, 600, 350] } });
  store.showWhole();
  expect(store.get()?.whole).toBe(true);
});

it('shows a picture smaller than the frame at its own size, too', () => {
  const store = createViewStore();
  store.resize({ width: 100, height: 100 }, FRAME);
  expect(store.get()).toMatchObject({ whole: true, farthest: false, fit: { scale: 3 } });
  store.zoomTo(1);
  expect(store.get()).toMatchObject({
    whole: false,
    farthest: true,
    fit: { scale: 1, area: [150, 100, 250, 200] },
  });
  store.zoomBy(0.5);
  expect(store.get()?.fit.scale).toBe(1);
  store.showWhole();
  expect(store.get()?.whole).toBe(true);
});

it('knows when there is nothing to zoom into any more', () => {
  const store = createViewStore();
  store.resize(PICTURE, FRAME);
  expect(store.get()?.nearest).toBe(false);
  store.zoomTo(7.9);
  expect(store.get()?.nearest).toBe(false);
  store.zoomBy(2);
  expect(store.get()).toMatchObject({ nearest: true, fit: { scale: 8 } });
});

it('keeps the look when the frame changes, and not when the picture does', () => {
  const store = createViewStore();
  store.resize(PICTURE, FRAME);
  store.zoomTo(2);
  store.resize(PICTURE, { width: 500, height: 300 });
  expect(store.get()?.fit.scale).toBe(2);
  store.resize({ width: 100, height: 100 }, FRAME);
  expect(store.get()).toMatchObject({ whole: true, fit: { scale: 3 } });
});

it('tells its listeners, until they leave', () => {
  const store = createViewStore();
  let told = 0;
  const leave = store.subscribe(() => told++);
  store.resize(PICTURE, FRAME);
  store.zoomBy(2);
  leave();
  store.zoomBy(2);
  expect(told).toBe(2);
});
