import { describe, expect, it } from 'vitest';
import { detectionAt } from '../../src/detections/detection-at.ts';
import { planBoxes } from '../../src/detections/plan-boxes.ts';
import { detection } from './detection-fixture.ts';

const PICTURE = { width: 100, height: 100 };
const measure = (text: string) => ({ width: text.length * 6, height: 20 });

describe('planBoxes', () => {
  it('names what it is and how sure', () => {
    const [planned] = planBoxes([detection({ name: 'bus', confidence: 0.874 })], PICTURE, 1, measure);
    expect(planned).toMatchObject({ text: 'bus 87%', label: { width: 42, height: 20 }, crowded: false });
  });

  it('puts small boxes last, whatever their confidence', () => {
    const boxes = [
      detection({ id: 0, boxXyxy: [40, 40, 50, 50] }),
      detection({ id: 1, boxXyxy: [0, 0, 100, 100] }),
      detection({ id: 2, boxXyxy: [30, 30, 60, 60] }),
    ];
    expect(planBoxes(boxes, PICTURE, 1, measure).map((planned) => planned.detection.id)).toEqual([1, 2, 0]);
  });

  it('finds room at a larger scale that there is not at a smaller one', () => {
    const boxes = Array.from({ length: 12 }, (_, id) =>
      detection({ id, boxXyxy: [(id % 4) * 20, 20 + id * 5, (id % 4) * 20 + 15, 40 + id * 5] }),
    );
    const crowded = (scale: number) =>
      planBoxes(boxes, PICTURE, scale, measure).filter((planned) => planned.crowded).length;
    expect(crowded(0.5)).toBeGreaterThan(crowded(8));
    expect(crowded(8)).toBe(0);
  });
});

describe('detectionAt', () => {
  const large = detection({ id: 0, boxXyxy: [0, 0, 100, 100] });
  const small = detection({ id: 1, boxXyxy: [40, 40, 50, 50] });

  it.each([
    ['in both', [45, 45], small],
    ['in the large one', [10, 10], large],
    ['just beside the small one', [51, 45], small],
    ['outside of all', [200, 200], undefined],
  ] as const)('%s', (_, point, expected) => {
    expect(detectionAt([large, small], point, 2)).toBe(expected);
  });

  it('finds nothing in nothing', () => {
    expect(detectionAt([], [0, 0], 5)).toBeUndefined();
  });
});
