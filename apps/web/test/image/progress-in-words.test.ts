import { expect, it } from 'vitest';
import type { Answer } from '../../src/image/answer.ts';
import type { SearchState } from '../../src/image/picture.ts';
import { milestoneInWords, progressInWords } from '../../src/image/progress-in-words.ts';

const STATES: Record<SearchState['phase'], SearchState> = {
  waiting: { phase: 'waiting' },
  searching: { phase: 'searching' },
  found: { phase: 'found', answer: {} as Answer },
  cancelled: { phase: 'cancelled' },
  failed: { phase: 'failed', problem: { title: 'No', advice: '', canRetry: false } },
};

const inPhases = (phases: readonly SearchState['phase'][]) =>
  phases.map((phase) => ({ search: STATES[phase] }));

it.each([
  ['0 of 2 searched', ['waiting', 'searching']],
  ['2 of 2 searched', ['found', 'found']],
  ['1 of 4 searched, 2 failed', ['found', 'failed', 'failed', 'waiting']],
  ['0 of 2 searched, 1 failed, 1 cancelled', ['failed', 'cancelled']],
] as const)('%s', (words, phases) => {
  expect(progressInWords(inPhases(phases))).toBe(words);
});

it.each([
  ['', ['searching', 'waiting', 'waiting']],
  ['25% of 3 pictures searched', ['found', 'searching', 'waiting']],
  ['50% of 3 pictures searched', ['found', 'failed', 'searching']],
  ['2 of 3 searched, 1 failed', ['found', 'failed', 'found']],
] as const)('for the ear: "%s"', (words, phases) => {
  expect(milestoneInWords(inPhases(phases))).toBe(words);
});
