import type { Settings } from '../settings.ts';

const NAME_AND_PORT = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/i;

/**
 * The address at which the browser finds the server: the setting where there is one, else the name that the
 * page itself was opened under (so `localhost` and `127.0.0.1` both match what the server allows) and HTTP_PORT.
 *
 * @param pageHost the request's Host header
 */
export function serverUrlFor(pageHost: string | null, settings: Settings): string {
  if (settings.serverUrl) return settings.serverUrl;
  const name = pageHost?.match(NAME_AND_PORT)?.[1] ?? 'localhost';
  return `${settings.tls ? 'https' : 'http'}://${name}:${settings.httpPort}`;
}
