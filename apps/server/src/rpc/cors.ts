import { cors } from '@connectrpc/connect';
import { REQUEST_ID_HEADER } from './call.ts';
import { endWith, type HttpRequest, type HttpResponse } from './http.ts';
import type { Pages } from './pages.ts';

/** How long a browser may remember an answer to a preflight; Chromium remembers none for longer. */
const MAX_AGE_S = 7200;

// DELETE ends a session.
const METHODS = [...cors.allowedMethods, 'DELETE'].join(', ');
const REQUEST_HEADERS = [...cors.allowedHeaders, 'authorization', REQUEST_ID_HEADER].join(', ');
const RESPONSE_HEADERS = [...cors.exposedHeaders, REQUEST_ID_HEADER].join(', ');

export interface CorsOptions {
  readonly pages: Pages;
  /** Whether browsers may attach their cookies or certificate for pages that are not listed, too. */
  readonly anyWithCredentials: boolean;
}

/**
 * Lets pages call the server. Other pages get no CORS headers, so that their browser refuses; callers
 * that are no browser never notice.
 * @returns whether the request was a preflight, which is then answered
 */
export function answerCors(
  request: HttpRequest,
  response: HttpResponse,
  { pages, anyWithCredentials }: CorsOptions,
): boolean {
  const { origin } = request.headers;
  const isPreflight =
    request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  response.setHeader('vary', 'origin');
  const isListed = pages.isListed(request);
  if (origin !== undefined && (isListed || pages.any)) {
    response.setHeader('access-control-allow-origin', origin);
    if (anyWithCredentials || isListed) {
      response.setHeader('access-control-allow-credentials', 'true');
    }
    if (isPreflight) {
      response.setHeader('access-control-allow-methods', METHODS);
      response.setHeader('access-control-allow-headers', REQUEST_HEADERS);
      response.setHeader('access-control-max-age', MAX_AGE_S);
    } else {
      response.setHeader('access-control-expose-headers', RESPONSE_HEADERS);
    }
  }
  if (isPreflight) endWith(response, 204);
  return isPreflight;
}
