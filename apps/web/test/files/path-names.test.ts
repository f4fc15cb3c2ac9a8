import { expect, it } from 'vitest';
import { ownName, shortPath, withOwnNames, withoutNumber } from '../../src/files/path-names.ts';

it.each([
  ['1.jpg', '1.jpg', '1.jpg'],
  ['a/1.jpg', '1.jpg', 'a/1.jpg'],
  ['2024/may/night/1.jpg', '1.jpg', '…/night/1.jpg'],
])('%s is %s, %s for short', (path, name, short) => {
  expect([ownName(path), shortPath(path)]).toEqual([name, short]);
});

const named = (...names: string[]) => names.map((name) => new File([name], name, { type: 'image/png' }));

it.each([
  [[], ['1.jpg', '2.jpg'], ['1.jpg', '2.jpg']],
  [['1.jpg'], ['1.jpg', '1.jpg'], ['1 (2).jpg', '1 (3).jpg']],
  [['1.jpg', '1 (2).jpg'], ['1.jpg'], ['1 (3).jpg']],
  [
    ['a.b/1', '.jpg'],
    ['a.b/1', '.jpg'],
    ['a.b/1 (2)', '.jpg (2)'],
  ],
])('where %j are taken, %j are called %j', async (taken, names, expected) => {
  const files = withOwnNames(named(...names), taken);
  expect(files.map(({ name }) => name)).toEqual(expected);
  expect(files.map(withoutNumberOf)).toEqual(names);
  expect(files.every(({ type }) => type === 'image/png')).toBe(true);
  expect(await Promise.all(files.map((file) => file.text()))).toEqual(names);
});

const withoutNumberOf = ({ name }: File) => withoutNumber(name);
