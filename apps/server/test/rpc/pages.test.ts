// What pages may: which of them are let in, and what their cookies can be used for.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import type { HttpRequest } from '../../src/rpc/http.ts';
import { createPages } from '../../src/rpc/pages.ts';
import { collect, startServer } from './harness.ts';
import { writeTokens } from './token-file.ts';

const PAGE = 'http://localhost:3000';

interface Plain {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** One plain HTTP/1.1 request, with whatever Host, Origin and Cookie. */
async function plain(url: string, { method = 'POST', headers = {} }: Plain) {
  const request = httpRequest(url, { method, headers, agent: false });
  request.end(method === 'POST' ? '{}' : undefined);
  const [response] = await once(request, 'response');
  const body = Buffer.concat(await collect(response)).toString();
  return { status: response.statusCode as number, headers: response.headers as Record<string, string>, body };
}

test('a page gets a cookie that no script can read, and no other page can use it', async () => {
  const { tokens, tokensFile } = writeTokens(['phone']);
  const { httpUrl } = await startServer({ tokensFile });
  const session = (origin: string, more: Record<string, string> = {}, method = 'POST') =>
    plain(`${httpUrl}/session`, { method, headers: { origin, ...more } });
  const good = { authorization: `Bearer ${tokens.phone}` };
  expect(await session(PAGE, { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 });
  expect(await session('http://evil.example', good)).toMatchObject({ status: 403 });
  const signedIn = await session(PAGE, good);
  expect(signedIn.status).toBe(204);
  expect(signedIn.headers['access-control-allow-credentials']).toBe('true');
  const [setCookie = ''] = signedIn.headers['set-cookie'] ?? [];
  expect(setCookie).toMatch(/^boxwire_token=\S+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
  const cookie = setCookie.split(';')[0] ?? '';

  const getModel = `${httpUrl}/boxwire.v1.ModelService/GetModel`;
  const json = { 'content-type': 'application/json' };
  const asked = (headers: Record<string, string>) => plain(getModel, { headers: { ...json, ...headers } });
  const withCookieAlone = await session(PAGE, { cookie });
  expect(withCookieAlone.status).toBe(401);
  expect(withCookieAlone.headers['set-cookie']).toBeUndefined();
  expect(await asked({ cookie, origin: PAGE })).toMatchObject({ status: 200 });
  expect(await asked({ cookie: `a=b; ${cookie}; c=d`, origin: PAGE })).toMatchObject({ status: 200 });
  expect(await asked({ origin: PAGE })).toMatchObject({ status: 401 });
  expect(await asked({ cookie })).toMatchObject({ status: 401 });
  expect(await asked({ cookie, origin: 'http://evil.example' })).toMatchObject({ status: 401 });
  expect(await asked({ cookie, origin: 'null' })).toMatchObject({ status: 401 });

  const signedOut = await session(PAGE, {}, 'DELETE');
  expect(signedOut.headers['set-cookie']).toEqual([
    expect.stringMatching(/^boxwire_token=; Path=\/; Max-Age=0;/),
  ]);
});

test('a page can give its cookie up where tokens are not wanted any more', async () => {
  const { httpUrl } = await startServer();
  const session = (method: string, origin: string) =>
    plain(`${httpUrl}/session`, { method, headers: { origin } });
  const signedOut = await session('DELETE', PAGE);
  expect(signedOut).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': PAGE } });
  expect(signedOut.headers['set-cookie']).toEqual([
    expect.stringMatching(/^boxwire_token=; Path=\/; Max-Age=0;/),
  ]);
  const elsewhere = await session('DELETE', 'http://evil.example');
  expect(elsewhere.status).toBe(403);
  expect(elsewhere.headers['set-cookie']).toBeUndefined();
  expect(await session('POST', PAGE)).toMatchObject({ status: 404 });
});

test.each([
  ['the name that the page is opened under', 'detect.lan:8080', 'http://detect.lan:3000', undefined, true],
  ['an address', '[fe80::1]:8080', 'http://[fe80::1]:3000', undefined, true],
  ['another name', 'detect.lan:8080', 'http://evil.example:3000', undefined, false],
  ['another port', 'detect.lan:8080', 'http://detect.lan:3001', undefined, false],
  [
    'TLS, which the page itself does not speak',
    'detect.lan:8080',
    'https://detect.lan:3000',
    undefined,
    false,
  ],
  [
    'a list that the page is not in',
    'detect.lan:8080',
    'http://detect.lan:3000',
    ['http://other.lan'],
    false,
  ],
])('whether the page may call the server: %s', async (_name, host, origin, corsOrigins, isIn) => {
  const { httpUrl } = await startServer({ allowedHosts: ['*'], corsOrigins });
  const getModel = `${httpUrl}/boxwire.v1.ModelService/GetModel`;
  const { headers } = await plain(getModel, {
    headers: { host, origin, 'content-type': 'application/json' },
  });
  expect(headers['access-control-allow-origin']).toBe(isIn ? origin : undefined);
});

test('a page at the port of HTTP itself, which browsers do not write', async () => {
  const { httpUrl } = await startServer({ webPort: 80 });
  const origin = 'http://localhost';
  const { headers } = await plain(`${httpUrl}/boxwire.v1.ModelService/GetModel`, { headers: { origin } });
  expect(headers['access-control-allow-origin']).toBe(origin);
});

test('where the server speaks TLS, its page does', async () => {
  // The setting alone: whether a listener has TLS does not matter to which pages are let in.
  const pages = createPages({ corsOrigins: undefined, webPort: 3000, tlsCert: 'cert.pem' });
  const isListed = (origin: string) =>
    pages.isListed({ headers: { origin, host: 'detect.lan:8080' } } as HttpRequest);
  const lists = [
    'https://localhost:3000',
    'https://detect.lan:3000',
    'http://localhost:3000',
    'http://detect.lan:3000',
  ];
  expect(lists.map(isListed)).toEqual([true, true, false, false]);
});

test('a page behind the same proxy as the server names no origin when it fetches', async () => {
  const { tokens, tokensFile } = writeTokens(['phone']);
  const cookie = `boxwire_token=${tokens.phone}`;
  const getModel = '/boxwire.v1.ModelService/GetModel?connect=v1&encoding=json&message=%7B%7D';
  const { httpUrl } = await startServer({ tokensFile, corsOrigins: ['https://detect.example.org'] });
  const status = async (site: string, url = httpUrl) => {
    const headers = { cookie, 'sec-fetch-site': site };
    return (await plain(`${url}${getModel}`, { method: 'GET', headers })).status;
  };
  expect(await status('same-origin')).toBe(200);
  for (const site of ['same-site', 'cross-site', 'none']) expect(await status(site)).toBe(401);
  const open = await startServer({ tokensFile, corsOrigins: ['*'] });
  expect(await status('same-origin', open.httpUrl)).toBe(401);
  const posted = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  expect(await plain(`${httpUrl}/boxwire.v1.ModelService/GetModel`, { headers: posted })).toMatchObject({
    status: 401,
  });
});

test('where every page is let in, none can use a cookie', async () => {
  const { tokens, tokensFile } = writeTokens(['phone']);
  const { httpUrl } = await startServer({ tokensFile, corsOrigins: ['*'] });
  const headers = {
    origin: PAGE,
    cookie: `boxwire_token=${tokens.phone}`,
    'content-type': 'application/json',
  };
  const getModel = `${httpUrl}/boxwire.v1.ModelService/GetModel`;
  expect(await plain(getModel, { headers })).toMatchObject({ status: 401 });
  const session = await plain(`${httpUrl}/session`, {
    headers: { ...headers, authorization: `Bearer ${tokens.phone}` },
  });
  expect(session.status).toBe(403);
});

test('a page by HTTPS gets a cookie that never travels without', async () => {
  const { tokens, tokensFile } = writeTokens(['phone']);
  const origin = 'https://detect.example.org';
  const { httpUrl } = await startServer({ tokensFile, corsOrigins: [origin] });
  const { headers } = await plain(`${httpUrl}/session`, {
    headers: { origin, authorization: `Bearer ${tokens.phone}` },
  });
  expect(headers['set-cookie']).toEqual([expect.stringContaining('; Secure')]);
});

test('answers to browsers carry headers that keep them from being anything but data', async () => {
  const { httpUrl } = await startServer();
  const { headers } = await plain(`${httpUrl}/boxwire.v1.ModelService/GetModel`, {
    headers: { 'content-type': 'application/json' },
  });
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
});
