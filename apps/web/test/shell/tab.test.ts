import { describe, expect, it } from 'vitest';
import { tabAfterKey, tabFromQuery } from '../../src/shell/tab.ts';

describe('tabFromQuery', () => {
  it.each([
    ['video', 'video'],
    ['image', 'image'],
    ['Video', 'image'],
    ['', 'image'],
    [undefined, 'image'],
    [null, 'image'],
    [['video', 'image'], 'image'],
  ] as const)('%j is the tab %s', (query, tab) => {
    expect(tabFromQuery(query as string)).toBe(tab);
  });
});

describe('tabAfterKey', () => {
  it.each([
    ['ArrowRight', 'image', 'video'],
    ['ArrowRight', 'video', 'image'],
    ['ArrowLeft', 'image', 'video'],
    ['ArrowLeft', 'video', 'image'],
    ['Home', 'video', 'image'],
    ['End', 'image', 'video'],
    ['ArrowDown', 'image', undefined],
    ['toString', 'image', undefined],
  ] as const)('%s on %s leads to %s', (key, current, next) => {
    expect(tabAfterKey(key, current)).toBe(next);
  });
});
