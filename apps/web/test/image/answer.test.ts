import { describe, expect, it } from 'vitest';
import { type Answer, detectionsAt, isBeyond } from '../../src/image/answer.ts';
import { completeFrom } from '../../src/image/raw-options.ts';
import { detection } from '../detections/detection-fixture.ts';

const TIMES = { totalMs: 1, decodeMs: 0, queueMs: 0, preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };

/** Unclipped, the second covers a fifth of the first; clipped to a picture of 100 by 100, half of it. */
const OVER_THE_EDGE = [
  detection({ id: 0, confidence: 0.9, boxXyxy: [0, 0, 100, 100] }),
  detection({ id: 1, confidence: 0.8, boxXyxy: [50, 0, 350, 100] }),
];

function answer(part: Partial<Answer> = {}): Answer {
  const sizePx = { width: 100, height: 100 };
  return { candidates: OVER_THE_EDGE, completeFrom: 0.05, sizePx, model: 'm', times: TIMES, ...part };
}

const ids = (detections: readonly { id: number }[]) => detections.map(({ id }) => id);

describe('detectionsAt', () => {
  it('suppresses before it clips, as the server does', () => {
    const detections = detectionsAt(answer(), 0.3, false);
    expect(ids(detections)).toEqual([0, 1]);
    expect(detections[1]?.boxXyxy).toEqual([50, 0, 100, 100]);
    expect(ids(detectionsAt(answer(), 0.1, false))).toEqual([0]);
  });

  it('suppresses once for as long as the overlap stays', () => {
    const one = answer();
    const detections = detectionsAt(one, 0.3, false);
    expect(detectionsAt(one, 0.3, true)).toBe(detections);
    expect(ids(detectionsAt(one, 0.1, false))).toEqual([0]);
    expect(ids(detectionsAt(one, 0.3, false))).toEqual([0, 1]);
  });

  it('takes the server’s word for what it cannot know', () => {
    const suppressed = { iou: 0.1, detections: [detection({ id: 7 })] };
    const asked = answer({ completeFrom: 0.5, suppressed });
    expect(ids(detectionsAt(asked, 0.1, true))).toEqual([7]);
    expect(ids(detectionsAt(asked, 0.1, false))).toEqual([0]);
    expect(ids(detectionsAt(asked, 0.3, true))).toEqual([0, 1]);
  });
});

describe('isBeyond', () => {
  it('is so below what the answer is complete for, unless the server was asked', () => {
    const cut = answer({ completeFrom: 0.3 });
    expect(isBeyond(cut, 0.3, 0.45)).toBe(false);
    expect(isBeyond(cut, 0.25, 0.45)).toBe(true);
    const asked = { ...cut, suppressed: { iou: 0.45, detections: [] } };
    expect(isBeyond(asked, 0.25, 0.45)).toBe(false);
    expect(isBeyond(asked, 0.25, 0.5)).toBe(true);
  });
});

describe('completeFrom', () => {
  it('is the floor unless the list is as long as it can be', () => {
    expect(completeFrom([], 2)).toBe(0.05);
    expect(completeFrom(OVER_THE_EDGE, 3)).toBe(0.05);
    expect(completeFrom(OVER_THE_EDGE, 2)).toBe(0.8);
  });
});
