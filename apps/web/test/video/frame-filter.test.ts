import { describe, expect, it } from 'vitest';
import { countFramesByClass, createFrameFilter } from '../../src/video/frame-filter.ts';
import { analysedFrame } from './fixtures.ts';

const FRAMES = [
  analysedFrame(1, [{ confidence: 0.9 }, { classId: 5, name: 'bus', confidence: 0.6 }, { confidence: 0.1 }]),
  analysedFrame(2, [{ confidence: 0.3 }]),
];

describe('createFrameFilter', () => {
  it('lets through what is sure enough and of a chosen class', () => {
    const ids = (minConfidence: number, classes: number[]) =>
      createFrameFilter({ minConfidence, classes: new Set(classes) })(FRAMES).map(({ detections }) =>
        detections.map(({ id }) => id),
      );
    expect(ids(0.25, [])).toEqual([[0, 1], [0]]);
    expect(ids(0.05, [0])).toEqual([[0, 2], [0]]);
    expect(ids(0.5, [5])).toEqual([[1], []]);
  });

  it('gives the same frame again for the same frame, so that what is drawn stays', () => {
    const filter = createFrameFilter({ minConfidence: 0.25, classes: new Set() });
    const [first] = filter(FRAMES);
    expect(filter([...FRAMES, analysedFrame(3)])[0]).toBe(first);
  });
});

describe('countFramesByClass', () => {
  it('counts frames, not boxes', () => {
    expect(countFramesByClass(FRAMES)).toEqual([
      { classId: 0, name: 'person', count: 2 },
      { classId: 5, name: 'bus', count: 1 },
    ]);
  });
});
