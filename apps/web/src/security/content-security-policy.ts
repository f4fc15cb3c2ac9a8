interface PolicyOptions {
  /** Random for each answer; the page's own scripts carry it. */
  readonly nonce: string;
  /** The one origin, besides the page's own, that the page may talk to; see `sourceOf` for some hosts. */
  readonly serverUrl: string;
  /** Whether the page comes from the development server, which evaluates code, adds styles and opens a socket. */
  readonly development: boolean;
}

/** The Content-Security-Policy of a page: everything is off except what the page is made of. */
export function contentSecurityPolicy({ nonce, serverUrl, development }: PolicyOptions): string {
  const directives: Record<string, string[]> = {
    'default-src': ["'none'"],
    'script-src': [`'nonce-${nonce}'`, "'strict-dynamic'", ...(development ? ["'unsafe-eval'"] : [])],
    'style-src': ["'self'", ...(development ? ["'unsafe-inline'"] : [])],
    // Pictures that were chosen are shown from memory.
    'img-src': ["'self'", 'blob:'],
    // So are videos.
    'media-src': ['blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", sourceOf(serverUrl), ...(development ? ['ws:', 'wss:'] : [])],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

/** The grammar of policies has neither IPv6 addresses nor `_`, and browsers skip what they cannot read: any host, then, at the same port. */
function sourceOf(serverUrl: string): string {
  return serverUrl.replace(/(?<=:\/\/)(\[[^\]]*\]|[^/:]*_[^/:]*)/, '*');
}
