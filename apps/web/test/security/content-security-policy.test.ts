import { expect, it } from 'vitest';
import { contentSecurityPolicy } from '../../src/security/content-security-policy.ts';

const options = { nonce: 'abc', serverUrl: 'http://localhost:8080' };

it('lets a page run its own scripts and talk to its own server, and nothing else', () => {
  const policy = contentSecurityPolicy({ ...options, development: false });
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'nonce-abc' 'strict-dynamic';");
  expect(policy).toContain("connect-src 'self' http://localhost:8080;");
  expect(policy).not.toMatch(/unsafe|\*|ws:/);
});

// The grammar of policies has no such hosts: browsers skip them.
it.each([
  ['http://[::1]:8080', 'http://*:8080'],
  ['https://[fe80::1]', 'https://*'],
  ['http://my_pc.lan:8080', 'http://*:8080'],
])('lets a page talk to a server at %s', (serverUrl, source) => {
  const policy = contentSecurityPolicy({ ...options, serverUrl, development: false });
  expect(policy).toContain(`connect-src 'self' ${source};`);
  expect(policy).not.toMatch(/[[_]/);
});

it('gives the development server what it needs', () => {
  const policy = contentSecurityPolicy({ ...options, development: true });
  expect(policy).toContain("'unsafe-eval'");
  expect(policy).toContain('http://localhost:8080 ws: wss:');
});
