import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/detections/detection.ts';
import { labelBox, placeLabels } from '../../src/detections/place-labels.ts';

const AREA: Box = [0, 0, 200, 100];
const LABEL = { width: 40, height: 20 };

function placed(boxes: readonly Box[], label = LABEL) {
  const labelled = boxes.map((box) => ({ box, label }));
  return placeLabels(labelled, AREA).map(({ box, place, crowded }) => ({
    box: labelBox(box, label, place, AREA),
    crowded,
  }));
}

function placeOne(box: Box, label = LABEL) {
  return placed([box], label)[0]?.box;
}

describe('placeLabels', () => {
  it('has nothing to do without boxes', () => {
    expect(placeLabels([], AREA)).toEqual([]);
  });

  it.each<[string, Box, Box]>([
    ['on the top edge', [50, 50, 120, 90], [50, 30, 90, 50]],
    ['inside, where the box reaches the top', [50, 0, 120, 90], [50, 0, 90, 20]],
    ['moved in from the right edge', [190, 50, 200, 90], [160, 30, 200, 50]],
    ['moved in from the left edge', [-5, 50, 20, 90], [0, 30, 40, 50]],
  ])('puts a label %s', (_, box, place) => {
    expect(placeOne(box)).toEqual(place);
  });

  it('starts a label that is wider than the picture at its left edge', () => {
    expect(placeOne([50, 50, 120, 90], { width: 300, height: 20 })).toEqual([0, 30, 300, 50]);
  });

  it('does not hide in a box what is hardly larger than the label', () => {
    const small: Box = [50, 50, 70, 60];
    expect(placed([small, small, small, small, small, small]).map(({ box }) => box)).toEqual([
      [50, 30, 90, 50],
      [50, 60, 90, 80],
      [10, 50, 50, 70],
      [50, 30, 90, 50],
      [50, 30, 90, 50],
      [50, 30, 90, 50],
    ]);
  });

  it('keeps clear of the labels before it, and says when there is no room left', () => {
    const box: Box = [50, 30, 90, 60];
    const places = placed(Array(9).fill(box));
    const free = places.filter(({ crowded }) => !crowded);
    expect(free.map((place) => place.box)).toEqual([
      [50, 10, 90, 30],
      [50, 30, 90, 50],
      [50, 60, 90, 80],
      [90, 30, 130, 50],
      [10, 30, 50, 50],
    ]);
    expect(places.at(-1)).toEqual({ box: [50, 10, 90, 30], crowded: true });
  });
});
