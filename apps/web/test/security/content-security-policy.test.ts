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

it('gives the development server what it needs', () => {
  const policy = contentSecurityPolicy({ ...options, development: true });
  expect(policy).toContain("'unsafe-eval'");
  expect(policy).toContain('http://localhost:8080 ws:');
});
