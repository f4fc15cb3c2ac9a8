import { describe, expect, test } from 'vitest';
import { ModelError } from '../../src/models/model-error.ts';
import { parsePythonLiteral, toPythonLiteral } from '../../src/models/onnx/python-literal.ts';

const good: [string, unknown][] = [
  [
    "{0: 'person', 1: \"it's\"}",
    new Map([
      [0, 'person'],
      [1, "it's"],
    ]),
  ],
  ["['a', 'b']", ['a', 'b']],
  ["('a', 'b',)", ['a', 'b']],
  ['{"0": "person"}', new Map([['0', 'person']])],
  ['["a", "b"]', ['a', 'b']],
  ['{}', new Map()],
  ['[ ]', []],
  [' [\n1 , -2.5 , 1e3 ] ', [1, -2.5, 1000]],
  ['[None, True, False, null, true, false]', [null, true, false, null, true, false]],
  ["'\\'\\\\\\n\\t\\x41\\u30cd\\U0001F600'", "'\\\n\tAネ😀"],
  ['"\\ud83d\\ude00"', '😀'],
  ["'a, b: {c} [d]'", 'a, b: {c} [d]'],
  ["'ネジ'", 'ネジ'],
  ["'\\q'", 'q'],
];
test.each(good)('%s', (text, value) => {
  expect(parsePythonLiteral(text)).toEqual(value);
});

describe('what is refused', () => {
  const bad = [
    '',
    ' ',
    '{',
    '[1',
    '[1 2]',
    '[,]',
    "{0 'a'}",
    "{0: 'a'} x",
    "'abc",
    "'abc\\",
    "'\\x4'",
    "'\\xzz'",
    "'\\U00110000'",
    'abc',
    '__import__("os")',
    '1 + 1',
    '[1)',
    '-',
    '[[[[[[[[[[1]]]]]]]]]]',
    '1.2.3',
  ];
  test.each(bad)('%j', (text) => {
    expect(() => parsePythonLiteral(text)).toThrow(ModelError);
  });
});

test('what is written is read back', () => {
  const names = ['person', "it's", 'say "hi"', 'back\\slash', 'ネジ', '😀', 'line\nfeed', '', '{0: 1}'];
  expect(parsePythonLiteral(toPythonLiteral(names))).toEqual(new Map(names.map((name, id) => [id, name])));
});
