import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exposureWarning } from '../src/access/check-exposure.ts';
import { readSettings } from '../src/config.ts';
import { REPOSITORY_ROOT, SettingError } from '../src/setting.ts';
import { SETTINGS } from '../src/settings.ts';

test('an empty environment gives the defaults', () => {
  expect(readSettings({})).toMatchObject({
    host: '127.0.0.1',
    ...{ grpcPort: 50051, httpPort: 8080, webPort: 3000 },
    corsOrigins: undefined,
    ...{ model: 'yolov5n', modelWasNamed: false, modelDir: resolve(REPOSITORY_ROOT, 'models') },
    ...{ workers: availableParallelism(), maxMessageBytes: 32 * 1024 * 1024, maxDetections: 1000 },
    ...{ logLevel: 'info', logFormat: 'json', isDevelopment: false },
    ...{ streamIdleTimeoutMs: 300_000, shutdownGraceMs: 10_000 },
    ...{ tlsCert: undefined, tlsKey: undefined, httpsProxy: undefined },
  });
});

test.each([
  ['GRPC_PORT', '0', { grpcPort: 0 }],
  ['GRPC_PORT', ' 65535 ', { grpcPort: 65535 }],
  ['GRPC_PORT', '', { grpcPort: 50051 }],
  ['WEB_PORT', '4000', { webPort: 4000 }],
  [
    'CORS_ORIGINS',
    'https://a.example, http://b.example:81/',
    { corsOrigins: ['https://a.example', 'http://b.example:81'] },
  ],
  ['CORS_ORIGINS', '*', { corsOrigins: ['*'] }],
  ['MODEL', 'x6', { model: 'x6', modelWasNamed: true }],
  ['MODEL', ' ', { model: 'yolov5n', modelWasNamed: false }],
  ['MODEL_DIR', 'weights', { modelDir: resolve(REPOSITORY_ROOT, 'weights') }],
  ['MODEL_DIR', '/srv/weights', { modelDir: '/srv/weights' }],
  ['STREAM_IDLE_TIMEOUT', '2.5', { streamIdleTimeoutMs: 2500 }],
  ['SHUTDOWN_GRACE', '0', { shutdownGraceMs: 0 }],
  ['NODE_ENV', 'development', { logFormat: 'pretty', isDevelopment: true }],
  ['HTTPS_PROXY', 'proxy.example:3128', { httpsProxy: 'http://proxy.example:3128' }],
  ['https_proxy', 'http://proxy.example', { httpsProxy: 'http://proxy.example' }],
  ['HOST', '::1', { host: '::1' }],
])('%s=%s', (name, value, expected) => {
  expect(readSettings({ [name]: value })).toMatchObject(expected);
});

describe('a bad value is refused by one line that names the variable, the value and what is allowed', () => {
  const port = 'allowed is a whole number from 0 to 65535';
  test.each([
    ['GRPC_PORT', 'abc', port],
    ['GRPC_PORT', '-1', port],
    ['GRPC_PORT', '65536', port],
    ['GRPC_PORT', '1e3', port],
    ['GRPC_PORT', '0x10', port],
    ['HTTP_PORT', '8080.5', port],
    ['WEB_PORT', '３０００', 'allowed is a whole number from 1 to 65535'],
    ['WEB_PORT', '0', 'allowed is a whole number from 1 to 65535'],
    ['WORKERS', '0', 'allowed is a whole number from 1 to 256'],
    ['MAX_MESSAGE_BYTES', '32MiB', 'allowed is a whole number from 1024 to 2147483647'],
    ['MAX_PIXELS', '99999999999999999999', 'allowed is a whole number from 1 to 1000000000'],
    ['MAX_DETECTIONS', '0', 'allowed is a whole number from 1 to 30000'],
    ['MAX_IMAGE_SIZE', '16', 'allowed is a whole number from 32 to 8192'],
    ['MAX_QUEUE', '-5', 'allowed is a whole number from 0 to 100000'],
    ['MAX_STREAMS', '0', 'allowed is a whole number from 1 to 100000'],
    ['STREAM_IDLE_TIMEOUT', '0', 'allowed is a number from 0.05 to 86400'],
    ['STREAM_IDLE_TIMEOUT', '5m', 'allowed is a number from 0.05 to 86400'],
    ['SHUTDOWN_GRACE', 'forever', 'allowed is a number from 0 to 3600'],
    ['LOG_LEVEL', 'verbose', 'allowed is one of trace, debug, info, warn, error, fatal, silent'],
    ['LOG_FORMAT', 'xml', 'allowed is one of json, pretty'],
    ['CORS_ORIGINS', 'localhost:3000', 'allowed is origins such as https://example.org'],
    ['CORS_ORIGINS', 'https://a.example/path', 'allowed is origins such as https://example.org'],
    ['HOST', 'http://localhost', 'allowed is an address or a name of this machine'],
    ['HTTPS_PROXY', 'http://', 'allowed is an address such as http://proxy.example.org:3128'],
    ['TLS_CERT', 'cert.pem', 'but TLS_KEY is not set; allowed is both or neither'],
    ['TLS_KEY', 'key.pem', 'but TLS_CERT is not set; allowed is both or neither'],
  ])('%s=%s', (name, value, allowed) => {
    const refused = () => readSettings({ [name]: value });
    expect(refused).toThrow(SettingError);
    expect(refused).toThrow(`${name} is ${JSON.stringify(value)}, ${allowed}`);
    expect(refused).not.toThrow('\n');
  });
});

const EXPOSED =
  'HOST is "0.0.0.0", where others reach the server, and nobody has to say who they are; set TOKENS_FILE';

test.each(['0.0.0.0', '::', '192.168.1.5', 'detect.example.org'])(
  'HOST=%s without authentication is refused unless it is asked for in words',
  (host) => {
    const refused = () => readSettings({ HOST: host });
    expect(refused).toThrow(SettingError);
    expect(refused).toThrow(EXPOSED.replace('0.0.0.0', host));
    expect(refused).not.toThrow('\n');
    for (const more of [
      { ALLOW_UNAUTHENTICATED: 'yes' },
      { TOKENS_FILE: 'tokens.txt' },
      { TLS_CERT: 'c', TLS_KEY: 'k', TLS_CLIENT_CA: 'ca' },
    ]) {
      expect(readSettings({ HOST: host, ...more })).toMatchObject({ host, allowedHosts: ['*'] });
    }
    expect(() => readSettings({ HOST: host, TLS_CERT: 'c', TLS_KEY: 'k' })).toThrow(SettingError);
  },
);

test.each([
  [{ ALLOW_UNAUTHENTICATED: '1' }, 'ALLOW_UNAUTHENTICATED is "1", allowed is one of yes'],
  [{ HSTS_MAX_AGE: '60' }, 'HSTS_MAX_AGE is "60", but TLS_CERT is not set'],
  [{ CERTIFICATE_QUOTAS: 'uploads=0' }, 'CERTIFICATE_QUOTAS is "uploads=0", allowed is requests=N'],
  [{ CERTIFICATE_QUOTAS: 'uploads=2' }, 'CERTIFICATE_QUOTAS is set, but TLS_CLIENT_CA is not set'],
  [{ TLS_CLIENT_CA: '/ca' }, 'TLS_CLIENT_CA is "/ca", but TLS_CERT is not set'],
  [{ ALLOWED_HOSTS: 'https://a.example' }, 'allowed is host names without ports'],
  [{ GRPC_PORT: '8080' }, 'GRPC_PORT and HTTP_PORT are both 8080; each needs a port of its own'],
  [{ REFLECTION: 'maybe' }, 'REFLECTION is "maybe", allowed is one of on, off'],
  [{ HEALTH: 'no' }, 'HEALTH is "no", allowed is one of open, token, off'],
  [{ METRICS: 'on' }, 'METRICS is "on", allowed is one of off, token, open'],
])('%j is refused', (env, message) => expect(() => readSettings(env)).toThrow(message));

test('a blank name makes way for the other', () => {
  const env = { HTTPS_PROXY: ' ', https_proxy: 'http://proxy.example' };
  expect(readSettings(env).httpsProxy).toBe('http://proxy.example');
});

test('both ports may be any', () => {
  expect(readSettings({ GRPC_PORT: '0', HTTP_PORT: '0' })).toMatchObject({ grpcPort: 0, httpPort: 0 });
});

test.each([
  [{ HOST: '0.0.0.0', TOKENS_FILE: 't' }, /^Tokens travel in clear text/],
  [{ TOKENS_FILE: 't' }, undefined],
  [{ HOST: '0.0.0.0', TOKENS_FILE: 't', TLS_CERT: 'c', TLS_KEY: 'k' }, undefined],
])('a warning about %j', (env, expected) => {
  const warning = exposureWarning(readSettings(env));
  if (expected) expect(warning).toMatch(expected);
  else expect(warning).toBeUndefined();
});

test('frames of videos are images, too', () => {
  expect(readSettings({ MAX_PIXELS: '1000' })).toMatchObject({ maxVideoPixels: 1000 });
  expect(readSettings({ MAX_VIDEO_PIXELS: '1000' })).toMatchObject({ maxVideoPixels: 1000 });
});

test('the table says what people need to know', () => {
  const settings = Object.values(SETTINGS);
  expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
  for (const { name, description, defaultText, allowed } of settings) {
    expect(name).toMatch(/^[A-Z][A-Z_]+$/);
    for (const words of [description, defaultText, allowed]) expect(words).toMatch(/^[^|\n]+$/);
  }
});
