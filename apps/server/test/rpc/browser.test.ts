import { expect, test } from 'vitest';
import { openHttp1 } from './connect-clients.ts';
import { imageOf, startServer, until } from './harness.ts';

const PATH = '/boxwire.v1.ModelService/GetModel';
const PAGE = 'http://localhost:3000';

function preflight(url: string, origin: string): Promise<Response> {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,connect-protocol-version',
  };
  return fetch(url + PATH, { method: 'OPTIONS', headers });
}

function call(url: string, headers: Record<string, string>): Promise<Response> {
  return fetch(url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  });
}

const listOf = (response: Response, name: string) => response.headers.get(name)?.toLowerCase().split(', ');

test('a preflight from the page is answered with all that the protocols need', async () => {
  const { httpUrl } = await startServer();
  const response = await preflight(httpUrl, PAGE);
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
  expect(listOf(response, 'access-control-allow-methods')).toEqual(['post', 'get', 'delete']);
  expect(listOf(response, 'access-control-allow-headers')).toEqual(
    expect.arrayContaining([
      ...['content-type', 'connect-protocol-version', 'connect-timeout-ms', 'grpc-timeout'],
      ...['x-grpc-web', 'x-user-agent', 'x-request-id'],
    ]),
  );
  expect(response.headers.get('access-control-max-age')).toBe('7200');
  expect(response.headers.get('vary')).toBe('origin');
});

test('an answer to the page shows it the headers that the protocols need', async () => {
  const { httpUrl } = await startServer();
  const response = await call(httpUrl, { origin: PAGE });
  expect(response.status).toBe(200);
  expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
  expect(listOf(response, 'access-control-expose-headers')).toEqual(
    expect.arrayContaining(['grpc-status', 'grpc-message', 'grpc-status-details-bin', 'x-request-id']),
  );
});

test.each(['http://evil.example', 'http://localhost:3001', 'null'])(
  '%s gets no CORS headers',
  async (origin) => {
    const { httpUrl } = await startServer();
    for (const response of [await preflight(httpUrl, origin), await call(httpUrl, { origin })]) {
      const names = [...response.headers.keys()].filter((name) => name.startsWith('access-control'));
      expect(names).toEqual([]);
    }
  },
);

test('CORS_ORIGINS lets other pages in', async () => {
  const only = await startServer({ corsOrigins: ['https://a.example'] });
  expect(
    (await preflight(only.httpUrl, 'https://a.example')).headers.get('access-control-allow-origin'),
  ).toBe('https://a.example');
  expect((await preflight(only.httpUrl, PAGE)).headers.get('access-control-allow-origin')).toBeNull();
  const all = await startServer({ corsOrigins: ['*'] });
  expect((await call(all.httpUrl, { origin: PAGE })).headers.get('access-control-allow-origin')).toBe(PAGE);
});

test('GetModel may be asked for by GET, which caches know how to keep', async () => {
  const { httpUrl } = await startServer();
  const response = await fetch(`${httpUrl}${PATH}?connect=v1&encoding=json&message=%7B%7D`);
  expect(await response.json()).toMatchObject({ model: { name: 'fake' } });
});

test.each(['A', '!!!!', '%ff', 'AAAAA'])(
  'a GET whose message is %j, no base64, is refused',
  async (message) => {
    const { httpUrl } = await startServer();
    const get = (text: string) =>
      fetch(`${httpUrl}${PATH}?connect=v1&encoding=proto&base64=1&message=${text}`);
    const refused = await get(message);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 'invalid_argument' });
    expect((await get('')).status).toBe(200);
  },
);

test('every answer has a request id, and the log line of the call the same', async () => {
  const { httpUrl, lines } = await startServer();
  const own = await call(httpUrl, { 'x-request-id': 'page-7:a.b' });
  expect(own.headers.get('x-request-id')).toBe('page-7:a.b');
  const longest = await call(httpUrl, { 'x-request-id': 'a'.repeat(128) });
  expect(longest.headers.get('x-request-id')).toBe('a'.repeat(128));
  const long = await call(httpUrl, { 'x-request-id': 'a'.repeat(129) });
  const bad = await call(httpUrl, { 'x-request-id': 'a b<c>' });
  for (const { headers } of [long, bad]) expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  const none = await fetch(`${httpUrl}/nothing?secret=1`);
  expect(none.status).toBe(404);
  await until(() => lines.length === 5);
  expect(lines).toMatchObject([
    {
      ...{ requestId: 'page-7:a.b', method: 'boxwire.v1.ModelService/GetModel', msg: 'call finished' },
      ...{ protocol: 'connect', http: '1.1', code: 'ok', durationMs: expect.any(Number) },
    },
    ...[longest, long, bad].map(({ headers }) => ({ requestId: headers.get('x-request-id') })),
    { requestId: none.headers.get('x-request-id'), method: 'nothing', code: 'http 404' },
  ]);
});

test('a call that fails has one line that says how', async () => {
  const { httpUrl, lines } = await startServer({}, { warm: false });
  for (const protocol of ['connect', 'grpc-web'] as const) {
    await expect(openHttp1(httpUrl, protocol).predictions.predictSingleImage(imageOf(1))).rejects.toThrow();
  }
  await until(() => lines.length === 2);
  const line = { method: 'mlpredictions.MlPredictions/PredictSingleImage', code: 'unavailable' };
  expect(lines).toMatchObject([
    { ...line, protocol: 'connect' },
    { ...line, protocol: 'grpc-web' },
  ]);
});
