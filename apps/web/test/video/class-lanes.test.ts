import { describe, expect, it } from 'vitest';
import { classLanes } from '../../src/video/class-lanes.ts';
import { countSeries } from '../../src/video/count-series.ts';
import { analysedFrame } from './fixtures.ts';

const person = { classId: 0, name: 'person' };
const bus = { classId: 5, name: 'bus' };

describe('classLanes', () => {
  it('says where each class is and how many, the most seen first', () => {
    const frames = [
      analysedFrame(1, [bus]),
      analysedFrame(2, [person, person]),
      analysedFrame(3, [person, person, bus]),
      analysedFrame(4, [person]),
      analysedFrame(5),
      analysedFrame(6, [person]),
    ];
    expect(classLanes(frames, 40)).toEqual([
      {
        ...person,
        most: 2,
        spans: [
          { startMs: 40, endMs: 120, count: 2 },
          { startMs: 120, endMs: 160, count: 1 },
          { startMs: 200, endMs: 240, count: 1 },
        ],
      },
      {
        ...bus,
        most: 1,
        spans: [
          { startMs: 0, endMs: 40, count: 1 },
          { startMs: 80, endMs: 120, count: 1 },
        ],
      },
    ]);
  });

  it('has no lanes for nothing', () => {
    expect(classLanes([], 40)).toEqual([]);
    expect(classLanes([analysedFrame(1)], 40)).toEqual([]);
  });

  it('keeps to what a screen can show, and to the highest counts', () => {
    const frames = Array.from({ length: 6_000 }, (_, index) =>
      analysedFrame(index + 1, index === 3_003 ? [person, person, person] : index % 2 ? [person] : []),
    );
    const [lane] = classLanes(frames, 40);
    expect(lane?.most).toBe(3);
    expect(lane?.spans.length).toBeLessThanOrEqual(600);
    expect(lane?.spans.at(-1)?.endMs).toBe(240_000);
  });
});

describe('countSeries', () => {
  it('counts each class at each time', () => {
    const frames = [analysedFrame(1, [bus]), analysedFrame(2, [person, person]), analysedFrame(3)];
    expect(countSeries(frames)).toEqual({
      timesMs: [0, 40, 80],
      classes: [
        { ...person, counts: [0, 2, 0] },
        { ...bus, counts: [1, 0, 0] },
      ],
    });
  });

  it('keeps to what can be told apart', () => {
    const frames = Array.from({ length: 1_000 }, (_, index) =>
      analysedFrame(index + 1, index === 500 ? [bus] : []),
    );
    const { timesMs, classes } = countSeries(frames);
    expect(timesMs.length).toBeLessThanOrEqual(300);
    expect(classes[0]?.counts.filter(Boolean)).toEqual([1]);
  });

  it('is empty for nothing', () => expect(countSeries([])).toEqual({ timesMs: [], classes: [] }));
});
