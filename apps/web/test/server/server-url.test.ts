import { describe, expect, it } from 'vitest';
import { serverUrlFor } from '../../src/server/server-url.ts';
import { readSettings } from '../../src/settings.ts';

describe('serverUrlFor', () => {
  const settings = readSettings({ HTTP_PORT: '8081' });

  it.each([
    ['localhost:3000', 'http://localhost:8081'],
    ['127.0.0.1:3000', 'http://127.0.0.1:8081'],
    ['[::1]:3000', 'http://[::1]:8081'],
    ['pictures.example.org', 'http://pictures.example.org:8081'],
    ['my_pc:3000', 'http://my_pc:8081'],
    [null, 'http://localhost:8081'],
    ["evil; script-src '*'", 'http://localhost:8081'],
    ['a b:3000', 'http://localhost:8081'],
    ['name:port', 'http://localhost:8081'],
  ])('from a page at %s', (pageHost, url) => {
    expect(serverUrlFor(pageHost, settings)).toBe(url);
  });

  it('speaks TLS where the server does', () => {
    expect(serverUrlFor('localhost:3000', readSettings({ TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' }))).toBe(
      'https://localhost:8080',
    );
  });

  it('takes the setting over anything else', () => {
    const elsewhere = readSettings({ SERVER_URL: 'https://detect.example.org' });
    expect(serverUrlFor('localhost:3000', elsewhere)).toBe('https://detect.example.org');
  });
});
