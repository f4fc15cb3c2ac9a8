import type { Detection } from '../../src/detections/detection.ts';

/** A detection of which only the interesting part is given. */
export function detection(part: Partial<Detection>): Detection {
  return { id: 0, name: 'person', classId: 0, confidence: 0.5, boxXyxy: [0, 0, 10, 10], ...part };
}
