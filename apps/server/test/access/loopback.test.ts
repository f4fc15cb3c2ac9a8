import { expect, test } from 'vitest';
import { isAllowedHost, isLoopback } from '../../src/access/loopback.ts';

test.each(['localhost', '127.0.0.1', '127.8.9.10', '::1'])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each([
  '0.0.0.0',
  '::',
  '10.0.0.1',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  '',
  '1127.0.0.1',
])('%s is not this machine alone', (host) => expect(isLoopback(host)).toBe(false));

test.each([
  ['localhost:8080', undefined, true],
  ['LOCALHOST', undefined, true],
  ['127.0.0.1:1', undefined, true],
  ['[::1]:8080', undefined, true],
  ['app.localhost:8080', undefined, true],
  ['evil.example:8080', undefined, false],
  ['localhost.evil.example', undefined, false],
  ['127.0.0.1.evil.example:80', undefined, false],
  ['evil.example', ['*'], true],
  ['detect.example.org:443', ['detect.example.org'], true],
  ['localhost', ['detect.example.org'], false],
  ['user@localhost', undefined, false],
  ['localhost:80:80', undefined, false],
  ['', undefined, false],
  [undefined, undefined, false],
] as const)('Host: %s, allowed %j: %s', (header, allowed, expected) => {
  expect(isAllowedHost(header, allowed)).toBe(expected);
});
