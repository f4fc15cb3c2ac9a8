import { describe, expect, test } from 'vitest';
import { cutJson } from '../../src/rpc/cut-json.ts';

const check = (text: string) => cutJson(Buffer.from(text));
const digits = '9'.repeat(70_000);

test.each([
  [
    'an image',
    JSON.stringify({ mode: 'RGB', data: 'A'.repeat(1_000_000), options: { classes: ['cat', 'dog'] } }),
  ],
  ['brackets and commas in texts', JSON.stringify({ name: '[{,'.repeat(10_000) })],
  ['quotes in texts', JSON.stringify({ name: '\\"[\\\\'.repeat(5_000) })],
  ['deep enough', '['.repeat(32) + ']'.repeat(32)],
  ['side by side', `[${Array(10_000).fill('{}').join()}]`],
  ['of as many values as are allowed', `[${'0,'.repeat(99_999)}`],
  ['what ends within a text', '{"name": "never'],
  ['what is no JSON', ']]]}}}'],
  ['nothing', ''],
])('%s passes', (_, text) => void check(text));

test.each([
  ['nested too deeply', '['.repeat(33), /nested deeper than 32/],
  ['nested in objects', '{"a":'.repeat(100), /nested deeper than 32/],
  ['of too many values', `[${'0,'.repeat(100_000)}`, /more than 100000 values/],
  ['of a number of many digits', `{"offsetBytes": "${digits}"}`, /a text of more than 65536 bytes/],
  ['of bare digits', `{"offsetBytes": ${'9'.repeat(2 ** 20)}}`, /more than 1048576 bytes beside its data/],
  ['of spaces', `{"data": "${digits}"${' '.repeat(2 ** 20)}}`, /more than 1048576 bytes beside its data/],
  ['of another key', `{"x\\"data" : "${digits}"}`, /a text of more than/],
  ['of no key', `{"data": 0, "${digits}": 1}`, /a text of more than/],
  ['of data elsewhere', `{"options": {"data": "${digits}"}}`, /a text of more than/],
  ['of large data twice', `{"data": "${digits}", "data": "${digits}"}`, /a text of more than/],
  ['behind a text with quotes', `{"a": "\\\\", "b": ${'['.repeat(40)}`, /nested deeper/],
])('what is %s is refused', (_, text, message) => expect(() => check(text)).toThrow(message));

describe('large data is cut out', () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
  const base64 = bytes.toString('base64');
  const messageOf = (text: string, key = '"data"') => `{"id": "a", ${key}\n: "${text}", "crc32": 1}`;

  test.each([
    ['as it is', messageOf(base64)],
    ['without padding', messageOf(base64.replaceAll('=', ''))],
    ['for addresses', messageOf(bytes.toString('base64url'))],
    ['with escapes', messageOf(base64.replaceAll('/', '\\/'))],
    ['with other escapes', messageOf(base64.replaceAll('A', '\\u0041'))],
    ['in lines', messageOf(base64.replaceAll(/.{76}/g, '$& \\r\\n'))],
    ['with escapes in its key', messageOf(base64, '"d\\u0061ta"')],
  ])('%s', (_, text) => {
    const { rest, cut } = check(text) ?? {};
    expect(Buffer.compare(cut?.value ?? Buffer.alloc(0), bytes)).toBe(0);
    expect(JSON.parse(Buffer.from(rest ?? []).toString())).toEqual({ id: 'a', data: '', crc32: 1 });
  });

  test.each(['!', '\\x', 'é', '=A', '\n', 'A'.repeat(3)])('but not with %j at its end', (wrong) => {
    expect(() => check(messageOf(`${bytes.toString('base64url')}${wrong}`))).toThrow('its data is no base64');
  });

  test('what is small is left to the library', () => expect(check(messageOf('AAAA'))).toBeUndefined());
});
