import { constants } from 'node:http2';
import { type HttpRequest, type HttpResponse, isHttp2, onAnswered } from './http.ts';

/** Long enough for a client to see the answer before its stream closes: closed at once, some clients hang. */
const CLOSE_DELAY_MS = 100;

/**
 * Sees to the rest of a request that was answered before it was read to the end: after an error, or a message over
 * the limit. Over HTTP/1.1 it is thrown away, or the next request on the connection would never be seen. Over
 * HTTP/2 the stream is closed: Node waits for a rest that nobody reads, and the connection could never close.
 */
export function closeUnreadBody(request: HttpRequest, response: HttpResponse): void {
  onAnswered(request, response, () => {
    if (!isHttp2(request)) {
      request.resume();
      return;
    }
    const { stream } = request;
    const timer = setTimeout(() => {
      if (stream.readableEnded) return;
      stream.close(constants.NGHTTP2_NO_ERROR);
      stream.destroy();
    }, CLOSE_DELAY_MS);
    stream.once('close', () => clearTimeout(timer));
  });
}
