import type { HttpRequest, HttpResponse } from './http.ts';

/** Nothing that the server answers is a page, a script, or to be kept. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/**
 * For browsers; native gRPC clients, which have no use for them, are spared the bytes.
 * @param hstsMaxAgeS more than 0 only where both ports speak TLS: what comes in clear text must not say so
 */
export function setSecurityHeaders(request: HttpRequest, response: HttpResponse, hstsMaxAgeS: number): void {
  if (/^application\/grpc(\+|$)/.test(request.headers['content-type'] ?? '')) return;
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (hstsMaxAgeS > 0) response.setHeader('strict-transport-security', `max-age=${hstsMaxAgeS}`);
}
