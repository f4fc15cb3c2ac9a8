import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/settings.ts';

describe('readSettings', () => {
  it('has a default for everything', () => {
    const defaults = {
      host: '127.0.0.1',
      webPort: 3000,
      httpPort: 8080,
      tls: undefined,
      serverUrl: undefined,
    };
    expect(readSettings({})).toEqual(defaults);
    expect(readSettings({ WEB_PORT: '', HTTP_PORT: ' ', SERVER_URL: '' })).toEqual(defaults);
  });

  it('takes what is set', () => {
    expect(
      readSettings({
        HOST: '0.0.0.0',
        WEB_PORT: '3100',
        HTTP_PORT: '8443',
        TLS_CERT: 'cert.pem',
        TLS_KEY: '/etc/key.pem',
        SERVER_URL: 'https://detect.example.org/',
      }),
    ).toEqual({
      host: '0.0.0.0',
      webPort: 3100,
      httpPort: 8443,
      tls: { cert: 'cert.pem', key: '/etc/key.pem' },
      serverUrl: 'https://detect.example.org',
    });
  });

  it('leaves the port alone where the server is elsewhere', () => {
    expect(readSettings({ WEB_PORT: '8080', SERVER_URL: 'https://detect.example.org' }).webPort).toBe(8080);
  });

  it.each([
    [{ WEB_PORT: 'abc' }, 'WEB_PORT is "abc", allowed is a port from 1 to 65535'],
    [{ WEB_PORT: '0' }, 'WEB_PORT is "0", allowed is a port from 1 to 65535'],
    [
      { HTTP_PORT: '0' },
      'HTTP_PORT is "0", allowed is a port from 1 to 65535, which the page and the server have to know',
    ],
    [{ HTTP_PORT: '65536' }, 'HTTP_PORT is "65536"'],
    [{ WEB_PORT: '0x50' }, 'WEB_PORT is "0x50"'],
    [{ WEB_PORT: '-1' }, 'WEB_PORT is "-1"'],
    [{ WEB_PORT: '8080' }, 'WEB_PORT is "8080", allowed is a port other than that of HTTP_PORT'],
    [{ TLS_CERT: 'cert.pem' }, 'TLS_KEY is "", allowed is a path where TLS_CERT is set'],
    [{ TLS_KEY: 'key.pem' }, 'TLS_CERT is "", allowed is a path where TLS_KEY is set'],
    [{ SERVER_URL: 'detect.example.org' }, 'SERVER_URL is "detect.example.org", allowed is an address'],
    [{ SERVER_URL: 'ftp://detect.example.org' }, 'SERVER_URL is "ftp:'],
    [{ SERVER_URL: 'https://detect.example.org/api' }, 'allowed is an address without a path'],
    [{ SERVER_URL: 'https://me:secret@detect.example.org' }, 'allowed is an address without a path'],
  ])('refuses %o in one line', (environment, message) => {
    expect(() => readSettings(environment)).toThrow(message);
  });
});
