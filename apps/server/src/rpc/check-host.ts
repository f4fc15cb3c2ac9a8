import { hostName, isAllowedHost } from '../access/loopback.ts';
import { type HttpRequest, type HttpResponse, hostOf } from './http.ts';

/** Refuses requests for a host that we are not. @returns whether this is one, which is then answered */
export function refuseOtherHosts(
  request: HttpRequest,
  response: HttpResponse,
  allowed: readonly string[] | undefined,
): boolean {
  const host = hostOf(request);
  if (isAllowedHost(host, allowed)) return false;
  response.statusCode = hostName(host) === undefined ? 400 : 403;
  response.setHeader('content-type', 'text/plain');
  response.end('this name is not one of the server; ALLOWED_HOSTS lists them\n');
  return true;
}
