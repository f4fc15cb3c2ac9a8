import type { TLSSocket } from 'node:tls';
import { Code, ConnectError } from '@connectrpc/connect';
import { ANYBODY, type Caller } from '../access/caller.ts';
import type { TokenBook } from '../access/token-book.ts';
import { type HttpRequest, isHttp2 } from './http.ts';
import type { Pages } from './pages.ts';
import { tokenFromCookie } from './session.ts';

/** Says who makes a request, or the error that it is to be refused with. */
export type Authenticate = (request: HttpRequest) => Caller | ConnectError;

export interface AuthenticateOptions {
  /** Absent where no token is needed. */
  readonly tokens: TokenBook | undefined;
  /** Cookies count for those that are listed. */
  readonly pages: Pages;
  /** Whether connections come with a certificate, which TLS has checked. */
  readonly certificates: boolean;
}

/**
 * A token comes in the `authorization` header, or from the page in a cookie. A browser attaches cookies to whatever
 * any page asks for, so a cookie counts only with the Origin of a page that is named in CORS_ORIGINS.
 */
export function createAuthenticate({ tokens, pages, certificates }: AuthenticateOptions): Authenticate {
  return (request) => {
    if (!tokens) return certificates ? { name: `cert:${commonName(request)}` } : ANYBODY;
    const bearer = bearerToken(request);
    const cookie = bearer === undefined ? tokenFromCookie(request.headers.cookie) : undefined;
    const token = bearer ?? cookie;
    if (token === undefined)
      return refuse('a token is needed: send the header "authorization: Bearer TOKEN"');
    if (cookie !== undefined && !pages.isListed(request)) {
      return refuse('a token in a cookie counts only for pages that are listed in CORS_ORIGINS');
    }
    return tokens.find(token) ?? refuse('the token is not known here');
  };
}

/** What follows `Bearer`, in any case, as RFC 6750 has it. */
export function bearerToken({ headers }: HttpRequest): string | undefined {
  return /^bearer +([\w.~+/=-]{1,512})$/i.exec(headers.authorization ?? '')?.[1];
}

function refuse(message: string): ConnectError {
  return new ConnectError(message, Code.Unauthenticated);
}

function commonName(request: HttpRequest): string {
  const socket = isHttp2(request) ? request.stream.session?.socket : request.socket;
  const name = (socket as TLSSocket | undefined)?.getPeerCertificate?.().subject?.CN;
  return Array.isArray(name) ? (name[0] ?? '') : (name ?? '');
}
