import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { Code, ConnectError } from '@connectrpc/connect';
import { ANYBODY, type Caller, createAccounts } from '../access/caller.ts';
import type { QuotaLimits } from '../access/quota.ts';
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
  /** Of each caller by certificate. */
  readonly quotas: QuotaLimits;
}

/**
 * A token comes in the `authorization` header, or from the page in a cookie. A browser attaches cookies to whatever
 * any page asks for, so a cookie counts only with the Origin of a page that is named in CORS_ORIGINS.
 */
export function createAuthenticate({
  tokens,
  pages,
  certificates,
  quotas,
}: AuthenticateOptions): Authenticate {
  const certified = createCertified(quotas);
  return (request) => {
    if (!tokens) return certificates ? certified(request) : ANYBODY;
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

function createCertified(quotas: QuotaLimits): Authenticate {
  /** All that have called: no more than the authority has made. */
  const callers = new Map<string, Caller>();
  return (request) => {
    const certificate = certificateOf(request);
    if (!certificate) return refuse('a client certificate is needed');
    const name = `cert:${nameOf(certificate)}`;
    const caller = callers.get(name) ?? { name, ...createAccounts(quotas) };
    callers.set(name, caller);
    return caller;
  };
}

/** Not there once the connection is gone. */
function certificateOf(request: HttpRequest): X509Certificate | undefined {
  const socket = isHttp2(request) ? request.stream.session?.socket : request.socket;
  return (socket as TLSSocket | undefined)?.getPeerX509Certificate?.();
}

/**
 * All that the authority says about whose it is, subject and alternative names: both stay when it is renewed, and one
 * alone may be empty or the same in many. Node escapes what would make one look like the other.
 */
function nameOf(certificate: X509Certificate): string {
  const names = [certificate.subject?.replaceAll('\n', ','), certificate.subjectAltName].filter(Boolean);
  return names.join('; ') || `sha256 ${certificate.fingerprint256}`;
}
