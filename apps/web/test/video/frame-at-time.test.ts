import { describe, expect, it } from 'vitest';
import { frameAtTime, frameDurationMs, neighbourOf, samplingGapMs } from '../../src/video/frame-at-time.ts';
import { analysedFrame } from './fixtures.ts';

// Every 10th frame of a clip of 25 frames a second: 360 ms, 760 ms, 1160 ms.
const FRAMES = [10, 20, 30].map((frame) => analysedFrame(frame));
const GAP_MS = 400;

describe('frameAtTime', () => {
  it.each([
    ['before the first', 320, undefined],
    ['at the first', 360, [10, true]],
    ['at the first, by a clock that is a little off', 358.5, [10, true]],
    ['in the picture after it', 400, [10, false]],
    ['in the picture before the next', 720, [10, false]],
    ['at the next', 760.4, [20, true]],
    ['behind the last, as long as another might come', 1_550, [30, false]],
    ['long behind the last', 1_600, undefined],
  ])('%s', (_, timeMs, expected) => {
    const known = frameAtTime(FRAMES, timeMs, GAP_MS);
    expect(known && [known.frame.frame, known.exact]).toEqual(expected);
  });

  it('knows nothing of no frames', () => expect(frameAtTime([], 0, 40)).toBeUndefined());

  it('is exact for every picture when all are analysed', () => {
    const all = Array.from({ length: 50 }, (_, index) => analysedFrame(index + 1));
    for (const frame of all) {
      expect(frameAtTime(all, frame.timeMs, 40)).toEqual({ frame, exact: true });
      // Browsers count in microseconds and round.
      expect(frameAtTime(all, Math.trunc(frame.timeMs * 999.9) / 1_000, 40)?.frame).toBe(frame);
    }
  });
});

describe('neighbourOf', () => {
  it.each([
    ['before the first', 320, undefined, 10],
    ['at the first', 360, undefined, 20],
    ['between two', 500, 10, 20],
    ['at one, by a clock that is a little off', 758.5, 10, 30],
    ['behind the last', 1_600, 30, undefined],
  ])('%s', (_, timeMs, before, after) => {
    expect(neighbourOf(FRAMES, timeMs, -1)?.frame).toBe(before);
    expect(neighbourOf(FRAMES, timeMs, 1)?.frame).toBe(after);
  });
});

describe('samplingGapMs', () => {
  it('is the distance of analysed frames', () => {
    expect(frameDurationMs(FRAMES)).toBeCloseTo(40);
    expect(samplingGapMs(FRAMES, 10)).toBeCloseTo(400);
  });

  it('is known from the first frame on', () =>
    expect(samplingGapMs([analysedFrame(10)], 10)).toBeCloseTo(400));

  it('is 0 while nothing can be said', () => {
    expect(samplingGapMs([], 10)).toBe(0);
    expect(samplingGapMs([analysedFrame(1)], 1)).toBe(0);
  });
});
