import { expect, it } from 'vitest';
import type { Answer } from '../../src/image/answer.ts';
import { isUnasked } from '../../src/image/picture.ts';

const found = { phase: 'found', answer: {} as Answer } as const;
const problem = { title: 'No', advice: '', canRetry: true };

it('is asked by itself about an overlap, unless just that failed', () => {
  expect(isUnasked(found, 0.5)).toBe(true);
  expect(isUnasked({ ...found, again: 'asking' }, 0.5)).toBe(false);
  expect(isUnasked({ ...found, again: { iou: 0.5, problem } }, 0.5)).toBe(false);
  expect(isUnasked({ ...found, again: { iou: 0.6, problem } }, 0.5)).toBe(true);
});
