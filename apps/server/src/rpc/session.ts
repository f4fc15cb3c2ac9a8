import { ConnectError } from '@connectrpc/connect';
import { endWith, type HttpListener, type HttpRequest, type HttpResponse } from './http.ts';
import type { Pages } from './pages.ts';

/** Where the page trades its token for a cookie (POST) and gives the cookie up (DELETE). */
export const SESSION_PATH = '/session';

const COOKIE = 'boxwire_token';
const MAX_AGE_S = 30 * 24 * 3600;

/** @param header `Cookie`, as it came @returns undefined where it has none of ours */
export function tokenFromCookie(header = ''): string | undefined {
  const begin = `${COOKIE}=`;
  const pair = header.split(';').find((one) => one.trim().startsWith(begin));
  return pair?.trim().slice(begin.length);
}

export interface SessionOptions {
  readonly pages: Pages;
  /** The token of the request if it is good, else why not. */
  readonly check: (request: HttpRequest) => string | ConnectError;
}

/**
 * The token goes into a cookie that no script can read and that no other site's page can cause to be sent. It is the
 * token itself: so a sign-in lives through a restart of the server, and ends when the token is taken back.
 */
export function createSession({ pages, check }: SessionOptions): HttpListener {
  return (request, response) => {
    const { origin = '' } = request.headers;
    if (!pages.isListed(request)) {
      return refuse(response, 403, 'permission_denied', 'this page is not listed in CORS_ORIGINS');
    }
    if (request.method === 'DELETE') return setCookie(response, '', 0, origin);
    if (request.method !== 'POST')
      return refuse(response, 405, 'unimplemented', 'allowed are POST and DELETE');
    const token = check(request);
    if (token instanceof ConnectError) return refuse(response, 401, 'unauthenticated', token.rawMessage);
    setCookie(response, token, MAX_AGE_S, origin);
  };
}

function setCookie(response: HttpResponse, value: string, maxAgeS: number, origin: string): void {
  // What a page by HTTPS may call speaks TLS, too, be it by a proxy in front.
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  const attributes = `Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`;
  response.setHeader('set-cookie', `${COOKIE}=${value}; ${attributes}`);
  endWith(response, 204);
}

function refuse(response: HttpResponse, status: number, code: string, message: string): void {
  endWith(response, status, { type: 'application/json', text: JSON.stringify({ code, message }) });
}
