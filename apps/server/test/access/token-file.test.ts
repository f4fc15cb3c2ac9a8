import { describe, expect, test } from 'vitest';
import { createToken, findByToken, hashToken } from '../../src/access/token.ts';
import { entryToLine, parseTokenFile } from '../../src/access/token-file.ts';

const HEX = 'ab'.repeat(32);

test('tokens with and without quotas, comments and empty lines', () => {
  const text = `# who may call\n\nphone sha256:${HEX}\r\n  camera-1 sha256:${HEX} requests=0.5 bytes=1000 uploads=2 stored=9 # the yard\n`;
  expect(parseTokenFile(text)).toEqual([
    { name: 'phone', hash: Buffer.from(HEX, 'hex'), limits: {} },
    {
      name: 'camera-1',
      hash: Buffer.from(HEX, 'hex'),
      limits: { requests: 0.5, bytes: 1000, uploads: 2, stored: 9 },
    },
  ]);
});

test.each(['', '# nobody\n'])('%j names no token', (text) => expect(parseTokenFile(text)).toEqual([]));

test('an entry is written as it is read', () => {
  const line = `phone sha256:${HEX} requests=3 bytes=5`;
  expect(parseTokenFile(line).map(entryToLine)).toEqual([line]);
});

describe('a wrong line is named, and so is what is wrong', () => {
  test.each([
    [`a b sha256:${HEX}`, 'line 1: after the name comes sha256: and 64 hexadecimal digits'],
    [`a ${HEX}`, 'line 1: after the name comes sha256:'],
    [`a sha256:${HEX.slice(1)}`, 'line 1: after the name comes sha256:'],
    [`a/b sha256:${HEX}`, 'line 1: a name has 1 to 64 letters'],
    [`${'a'.repeat(65)} sha256:${HEX}`, 'line 1: a name has 1 to 64 letters'],
    [`a sha256:${HEX}\na sha256:${HEX}`, 'line 2: a was named before'],
    [`a sha256:${HEX} request=3`, 'line 1: request=3 is no quota'],
    [`a sha256:${HEX} requests=0`, 'line 1: requests=0 is no quota'],
    [`a sha256:${HEX} bytes=1.5`, 'line 1: bytes=1.5 is no quota'],
    [`a sha256:${HEX} bytes=1e9`, 'line 1: bytes=1e9 is no quota'],
    [`a sha256:${HEX} __proto__=1`, 'line 1: __proto__=1 is no quota'],
    [`a sha256:${HEX} constructor=1`, 'line 1: constructor=1 is no quota'],
  ])('%j', (text, message) => expect(() => parseTokenFile(text)).toThrow(message));
});

test('a token is found by itself alone', () => {
  const tokens = [createToken(), createToken(), createToken()];
  const entries = tokens.map((token) => ({ token, hash: hashToken(token) }));
  expect(new Set(tokens).size).toBe(3);
  for (const entry of entries) expect(findByToken(entry.token, entries)).toBe(entry);
  expect(findByToken(createToken(), entries)).toBeUndefined();
  expect(findByToken(tokens[0]?.slice(0, -1) ?? '', entries)).toBeUndefined();
});
