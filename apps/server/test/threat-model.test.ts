import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const rows = readFileSync(new URL('docs/threat-model.md', root), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (threat|---)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test.each(rows.map((row) => [row[1] ?? '', row[3] ?? '']))('%s: its test is there', (_threat, cell) => {
  const [, path = '', name = ''] = /^`(\S+)` (.+)$/.exec(cell) ?? [];
  expect(existsSync(new URL(path, root)), path).toBe(true);
  expect(readFileSync(new URL(path, root), 'utf8')).toContain(name);
});

test('every threat has a row', () => expect(rows.length).toBeGreaterThan(15));
