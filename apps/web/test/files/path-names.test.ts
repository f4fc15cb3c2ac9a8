import { expect, it } from 'vitest';
import { ownName, shortPath } from '../../src/files/path-names.ts';

it.each([
  ['1.jpg', '1.jpg', '1.jpg'],
  ['a/1.jpg', '1.jpg', 'a/1.jpg'],
  ['2024/may/night/1.jpg', '1.jpg', '…/night/1.jpg'],
])('%s is %s, %s for short', (path, name, short) => {
  expect([ownName(path), shortPath(path)]).toEqual([name, short]);
});
