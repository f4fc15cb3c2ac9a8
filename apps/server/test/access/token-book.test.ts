import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createToken, hashToken } from '../../src/access/token.ts';
import { openTokenBook } from '../../src/access/token-book.ts';
import { temporaryFolder } from '../small-model.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const path = join(folder.path, 'tokens');
const [first, second] = [createToken(), createToken()];

const write = (...lines: string[]) => writeFileSync(path, lines.join('\n'));
const lineOf = (name: string, token: string, quotas = '') =>
  `${name} sha256:${hashToken(token).toString('hex')} ${quotas}`;

/** A book with that one line, and the caller whose it is. */
function open(line: string) {
  write(line);
  const book = openTokenBook(path);
  return { book, caller: book.find(first) };
}

test('a line that stays keeps its caller, with what is used of its quotas', () => {
  const { book, caller } = open(lineOf('phone', first, 'bytes=10'));
  write(lineOf('camera', second), lineOf('phone', first, 'bytes=10'));
  book.reload();
  expect(book.find(first)).toBe(caller);
  expect(book.find(second)).toMatchObject({ name: 'camera' });
});

test('other quotas are in force at once, and revoke nothing', () => {
  const { book, caller } = open(lineOf('phone', first, 'bytes=10'));
  write(lineOf('phone', first, 'bytes=20'));
  book.reload();
  expect(book.find(first)?.bytes?.limit).toBe(20);
  expect(book.find(first)?.revoked).toBe(caller?.revoked);
  expect(caller?.revoked?.aborted).toBe(false);
});

test.each([
  ['gone', lineOf('camera', second)],
  ['of another token, by the same name', lineOf('phone', second)],
])('a token whose line is %s is revoked', (_, line) => {
  const { book, caller } = open(lineOf('phone', first));
  write(line);
  book.reload();
  expect(caller?.revoked?.aborted).toBe(true);
  expect(book.find(first)).toBeUndefined();
  expect(book.find(second)?.revoked?.aborted).toBe(false);
});

test('a file that is not right leaves all as it was', () => {
  const { book, caller } = open(lineOf('phone', first));
  write('phone');
  expect(book.reload).toThrow('line 1');
  expect(book.find(first)).toBe(caller);
  expect(caller?.revoked?.aborted).toBe(false);
});

test('a file that names no token stops the start, and later revokes the last', () => {
  const { book, caller } = open(lineOf('phone', first));
  write('# nobody');
  book.reload();
  expect(book.isEmpty).toBe(true);
  expect(caller?.revoked?.aborted).toBe(true);
  expect(() => openTokenBook(path)).toThrow('it names no token');
});
