import { expect, test } from 'vitest';
import { checkJson } from '../../src/rpc/check-json.ts';

const check = (text: string) => checkJson(Buffer.from(text));

test.each([
  [
    'an image',
    JSON.stringify({ mode: 'RGB', data: 'A'.repeat(1_000_000), options: { classes: ['cat', 'dog'] } }),
  ],
  ['brackets and commas in texts', JSON.stringify({ name: '[{,'.repeat(100_000) })],
  ['quotes in texts', JSON.stringify({ name: '\\"[\\\\'.repeat(100_000) })],
  ['deep enough', '['.repeat(32) + ']'.repeat(32)],
  ['side by side', `[${Array(10_000).fill('{}').join()}]`],
  ['what ends within a text', '{"name": "never'],
  ['what is no JSON', ']]]}}}'],
  ['nothing', ''],
])('%s passes', (_, text) => check(text));

test.each([
  ['nested too deeply', '['.repeat(33), /nested deeper than 32/],
  ['nested in objects', '{"a":'.repeat(100), /nested deeper than 32/],
  ['of too many values', `[${'0,'.repeat(100_001)}`, /more than 100000 values/],
  ['behind a text with quotes', `{"a": "\\\\", "b": ${'['.repeat(40)}`, /nested deeper/],
])('what is %s is refused', (_, text, message) => expect(() => check(text)).toThrow(message));
