import { describe, expect, test } from 'vitest';
import { CLASSES } from '../src/classes.ts';
import { drawScene, PLACES, type PlaceName } from '../src/scene.ts';

const size = { width: 640, height: 384 };
const scenes = Array.from({ length: 120 }, (_, seed) => drawScene({ seed, ...size }));
const objects = scenes.flatMap((scene) => scene.objects);

test('the same seed draws the same scene', () => {
  for (const place of Object.keys(PLACES) as PlaceName[]) {
    const options = { seed: 'again', place, ...size, timeSeconds: 1.5 };
    expect(drawScene(options)).toEqual(drawScene(options));
  }
});

test('different seeds draw different scenes', () => {
  expect(new Set(scenes.map(({ svg }) => svg)).size).toBe(scenes.length);
  expect(new Set(scenes.map(({ place }) => place)).size).toBe(Object.keys(PLACES).length);
  const layouts = scenes.map(({ objects: each }) => each.map(({ name }) => name).join());
  expect(new Set(layouts).size).toBeGreaterThan(scenes.length * 0.8);
});

test('every class is drawn, none once in a while only', () => {
  for (const [classId, name] of CLASSES.entries()) {
    const found = objects.filter((object) => object.classId === classId);
    expect(found.length, name).toBeGreaterThan(10);
    expect(found.every((object) => object.name === name)).toBe(true);
  }
});

test('boxes lie inside the picture, and are large enough to be told', () => {
  for (const { xmin, ymin, xmax, ymax, visible } of objects) {
    expect(Math.min(xmin, ymin)).toBeGreaterThanOrEqual(0);
    expect(xmax).toBeLessThanOrEqual(size.width);
    expect(ymax).toBeLessThanOrEqual(size.height);
    expect(Math.min(xmax - xmin, ymax - ymin)).toBeGreaterThanOrEqual(10);
    expect(Math.max(xmax - xmin, ymax - ymin)).toBeGreaterThanOrEqual(18);
    expect(visible).toBeGreaterThanOrEqual(0.45);
    expect(visible).toBeLessThanOrEqual(1);
  }
});

test('objects are small and large, whole and cut off', () => {
  const sides = objects.map(({ xmin, xmax, ymin, ymax }) => Math.max(xmax - xmin, ymax - ymin));
  expect(sides.filter((side) => side < 40).length).toBeGreaterThan(objects.length * 0.1);
  expect(sides.filter((side) => side > 120).length).toBeGreaterThan(objects.length * 0.1);
  expect(objects.filter(({ visible }) => visible < 0.9).length).toBeGreaterThan(objects.length * 0.1);
});

test('no number in the picture is broken', () => {
  for (const { svg } of scenes) expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

describe('a clip', () => {
  const at = (timeSeconds: number) => drawScene({ seed: 7, place: 'street', ...size, timeSeconds });

  test('moves', () => {
    expect(at(0.5).svg).not.toBe(at(0).svg);
  });

  test('moves a little from frame to frame', () => {
    const seen = (time: number) => at(time).objects.filter(({ visible }) => visible > 0.95);
    const [before, after] = [seen(2), seen(2.04)];
    for (const object of before) {
      const distance = after
        .filter(({ name }) => name === object.name)
        .map((each) => Math.hypot(each.xmin - object.xmin, each.ymin - object.ymin));
      expect(Math.min(...distance), object.name).toBeLessThan(30);
    }
  });
});

test('any size of picture will do', () => {
  for (const [width, height] of [
    [320, 320],
    [300, 500],
    [1280, 720],
  ] as const) {
    for (const place of Object.keys(PLACES) as PlaceName[]) {
      const scene = drawScene({ seed: 3, place, width, height });
      expect(scene.objects.every(({ xmax, ymax }) => xmax <= width && ymax <= height)).toBe(true);
    }
  }
});
