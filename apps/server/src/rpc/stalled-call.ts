import { constants } from 'node:http2';
import type { Settings } from '../config.ts';
import { type HttpRequest, type HttpResponse, isHttp2 } from './http.ts';

/** How long nothing may come, or be taken, and how long the one message may take to arrive. */
type StallLimits = Pick<Settings, 'streamIdleTimeoutMs' | 'requestTimeoutMs'>;

/**
 * Ends a call whose client does not send the one message that it has to send, or sends it all too slowly, or does not
 * take its answers. Over HTTP/1.1, Node's own `requestTimeout` sees to the message.
 */
export function endWhenStalled(request: HttpRequest, response: HttpResponse, limits: StallLimits): void {
  if (!isHttp2(request)) {
    // Node starts this timer anew with every byte in either direction.
    response.setTimeout(limits.streamIdleTimeoutMs, () => {
      // Not the request: one that is complete lets its connection live.
      if (response.writableLength > 0) request.socket.destroy();
    });
    return;
  }
  const { stream } = request;
  stream.setTimeout(limits.streamIdleTimeoutMs);
  // Node sets the timer anew with every write, but would call a function given to setTimeout only once: maybe while the
  // call waits for us.
  stream.on('timeout', () => {
    if (!request.complete || stream.writableLength > 0) stream.close(constants.NGHTTP2_CANCEL);
  });
  const late = setTimeout(() => {
    if (!request.complete) stream.close(constants.NGHTTP2_CANCEL);
  }, limits.requestTimeoutMs);
  stream.once('close', () => clearTimeout(late));
}
