import { expect, it } from 'vitest';
import { withoutWrongType } from '../../src/files/without-wrong-type.ts';

it.each([
  ['image/jpeg', 'image', 'image/jpeg'],
  ['video/mp4', 'image', ''],
  ['video/mp4', 'video', 'video/mp4'],
  ['image/jpeg', 'video', ''],
  ['', 'video', ''],
] as const)('"%s" in the %s tab is "%s"', async (type, tab, left) => {
  const file = withoutWrongType(new File(['content'], 'name', { type }), tab);
  expect([file.name, file.type, await file.text()]).toEqual(['name', left, 'content']);
});
