import { hostName } from '../access/loopback.ts';
import type { Settings } from '../config.ts';
import { type HttpRequest, hostOf } from './http.ts';

/** Which pages may call the server from a browser. */
export interface Pages {
  /** Every page, but cookies count for those that are listed. */
  readonly any: boolean;
  /** Whether a request comes from a page that is listed, or that shares the server's address, as behind one proxy. */
  isListed(request: HttpRequest): boolean;
}

type PageSettings = Pick<Settings, 'corsOrigins' | 'webPort' | 'tlsCert'>;

/**
 * Those of CORS_ORIGINS. Where it is not set, the page at WEB_PORT of this machine, which speaks TLS where the server
 * does: as localhost, or under the name that the request itself has for it. A page elsewhere whose name is made to point
 * here (DNS rebinding) gains nothing by that: under HTTP_PORT it could do so without our leave, which is what
 * ALLOWED_HOSTS is for.
 */
export function createPages({ corsOrigins, webPort, tlsCert }: PageSettings): Pages {
  const scheme = tlsCert === undefined ? 'http' : 'https';
  // Without the port where it is the scheme's own, as browsers write it.
  const pageAt = (host: string) => URL.parse(`${scheme}://${host}:${webPort}`)?.origin;
  const listed = corsOrigins ?? ['localhost', '127.0.0.1'].map(pageAt);
  const any = listed.includes('*');
  return {
    any,
    isListed(request) {
      const { origin, 'sec-fetch-site': site } = request.headers;
      // Browsers name no origin where a page fetches from its own; no script can set what they say instead.
      if (origin === undefined) return !any && request.method === 'GET' && site === 'same-origin';
      if (listed.includes(origin)) return true;
      const host = corsOrigins === undefined ? hostName(hostOf(request)) : undefined;
      return host !== undefined && origin === pageAt(host);
    },
  };
}
