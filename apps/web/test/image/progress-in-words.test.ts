import { expect, it } from 'vitest';
import type { Answer } from '../../src/image/answer.ts';
import type { SearchState } from '../../src/image/picture.ts';
import { progressInWords } from '../../src/image/progress-in-words.ts';

const STATES: Record<SearchState['phase'], SearchState> = {
  waiting: { phase: 'waiting' },
  searching: { phase: 'searching' },
  found: { phase: 'found', answer: {} as Answer },
  cancelled: { phase: 'cancelled' },
  failed: { phase: 'failed', problem: { title: 'No', advice: '', canRetry: false } },
};

it.each([
  ['0 of 2 searched', ['waiting', 'searching']],
  ['2 of 2 searched', ['found', 'found']],
  ['1 of 4 searched, 2 failed', ['found', 'failed', 'failed', 'waiting']],
  ['0 of 2 searched, 1 failed, 1 cancelled', ['failed', 'cancelled']],
] as const)('%s', (words, phases) => {
  expect(progressInWords(phases.map((phase) => ({ search: STATES[phase] })))).toBe(words);
});
