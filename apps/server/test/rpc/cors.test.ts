import { expect, test } from 'vitest';
import { answerCors } from '../../src/rpc/cors.ts';
import type { HttpRequest, HttpResponse } from '../../src/rpc/http.ts';

const ALLOWED = ['access-control-allow-origin', 'access-control-allow-credentials'];

/** Which of the headers a page's request is answered with. */
function allowedFor(isListed: boolean, any: boolean, anyWithCredentials: boolean): readonly string[] {
  const set = new Set<string>();
  const request = { method: 'POST', headers: { origin: 'https://page.example' } } as unknown as HttpRequest;
  const response = { setHeader: (name: string) => set.add(name) } as unknown as HttpResponse;
  answerCors(request, response, { pages: { any, isListed: () => isListed }, anyWithCredentials });
  return ALLOWED.filter((name) => set.has(name));
}

test.each([
  ['a page that is listed: with credentials', true, false, false, ALLOWED],
  ['any other: not at all', false, false, true, []],
  ['any other, where all are allowed: without', false, true, false, ALLOWED.slice(0, 1)],
  ['any other, where they count for nothing: with', false, true, true, ALLOWED],
])('%s', (_, isListed, any, anyWithCredentials, expected) => {
  expect(allowedFor(isListed, any, anyWithCredentials)).toEqual(expected);
});
