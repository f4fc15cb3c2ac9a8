import { expect, it } from 'vitest';
import { nextIndex } from '../../src/keys/next-index.ts';

it.each([
  ['ArrowDown', 1, 2],
  ['ArrowDown', 2, 2],
  ['ArrowUp', 0, 0],
  ['ArrowUp', -1, 0],
  ['Home', 2, 0],
  ['End', -1, 2],
  ['ArrowRight', 1, undefined],
  ['a', 1, undefined],
])('%s leads from %d to %s', (key, current, expected) =>
  expect(nextIndex(key, current, 3, { ArrowDown: 1, ArrowUp: -1 })).toBe(expected),
);
