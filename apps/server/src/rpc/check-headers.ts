import { endWith, type HttpRequest, type HttpResponse, isHttp2 } from './http.ts';

/** Names, a deadline, a token: a call's headers take a few hundred bytes. Node's own limit for HTTP/1.1, too. */
export const MAX_HEADER_BYTES = 2 ** 14;

/** What HTTP/2 counts beside the bytes of each header, RFC 9113 6.5.2. */
const OVERHEAD_BYTES = 32;

/**
 * Refuses requests with too much in their headers: over HTTP/2, Node tells clients the limit and does not hold them to it.
 * @returns whether this is one, which is then answered
 */
export function refuseLargeHeaders(request: HttpRequest, response: HttpResponse): boolean {
  if (!isHttp2(request)) return false;
  const { rawHeaders } = request;
  const bytes = rawHeaders.reduce((sum, text) => sum + text.length, (rawHeaders.length / 2) * OVERHEAD_BYTES);
  if (bytes <= MAX_HEADER_BYTES) return false;
  endWith(response, 431);
  return true;
}
