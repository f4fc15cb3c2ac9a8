/** Whether an address or a name can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Whether a request's Host header (`:authority` in HTTP/2) names a server that we are. A page on the internet can let
 * its own name point to 127.0.0.1 (DNS rebinding), and a browser then takes our answers for its; the name gives it away.
 *
 * @param allowed host names, `*` for any, or `undefined` for the names of this machine
 */
export function isAllowedHost(header: string | undefined, allowed: readonly string[] | undefined): boolean {
  if (allowed?.includes('*')) return true;
  const name = hostName(header);
  if (name === undefined) return false;
  if (allowed) return allowed.includes(name);
  return isLoopback(name.replace(/^\[|\]$/g, '')) || name.endsWith('.localhost');
}

/** The name in a Host header, without the port, in lower case; `undefined` when that is none. */
export function hostName(header = ''): string | undefined {
  return /^([a-z\d._-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.exec(header)?.[1]?.toLowerCase();
}
