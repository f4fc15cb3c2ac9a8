import { type NextRequest, NextResponse } from 'next/server';
import { contentSecurityPolicy } from './security/content-security-policy.ts';
import { serverUrlFor } from './server/server-url.ts';
import { readSettings } from './settings.ts';

/** Gives every page a Content-Security-Policy of its own; Next reads the nonce from the request's copy. */
export function proxy(request: NextRequest): NextResponse {
  const policy = contentSecurityPolicy({
    nonce: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64'),
    serverUrl: serverUrlFor(request.headers.get('host'), readSettings()),
    development: process.env.NODE_ENV === 'development',
  });
  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

export const config = { matcher: '/((?!_next/static).*)' };
