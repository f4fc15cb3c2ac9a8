import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/image/answer.ts';
import type { SearchState } from '../../src/image/picture.ts';
import { searchInWords } from '../../src/image/search-in-words.ts';

const FOUND: SearchState = { phase: 'found', answer: {} as Answer };
const FAILED: SearchState = {
  phase: 'failed',
  problem: { title: 'The file is empty', advice: '', canRetry: false },
};

describe('searchInWords', () => {
  it.each([
    [FOUND, 3, false, '3 objects'],
    [FOUND, 0, false, 'no objects'],
    [FOUND, 8, true, '8 objects, perhaps more'],
    [FAILED, 0, false, 'failed: The file is empty'],
    [{ phase: 'waiting' } as const, 0, false, 'waiting'],
  ])('tells where a search stands: %#', (search, count, mayLack, words) => {
    expect(searchInWords(search, count, mayLack)).toBe(words);
  });
});
