import { hostName, isAllowedHost } from '../access/loopback.ts';
import { endWith, type HttpRequest, type HttpResponse, hostOf } from './http.ts';

/** Refuses requests for a host that we are not, or that name none or two. @returns whether this is one, which is then answered */
export function refuseOtherHosts(
  request: HttpRequest,
  response: HttpResponse,
  allowed: readonly string[] | undefined,
): boolean {
  const host = hostOf(request);
  const isTwofold = hasTwoHosts(request);
  if (!isTwofold && isAllowedHost(host, allowed)) return false;
  const otherHost = 'this name is not one of the server; ALLOWED_HOSTS lists them\n';
  const text = isTwofold ? 'one Host header is allowed, not two\n' : otherHost;
  endWith(response, isTwofold || hostName(host) === undefined ? 400 : 403, { type: 'text/plain', text });
  return true;
}

/** No request may, RFC 9112 3.2: whoever passed it on may have looked at the other. Node keeps the first. */
function hasTwoHosts({ rawHeaders }: HttpRequest): boolean {
  return rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host').length > 1;
}
