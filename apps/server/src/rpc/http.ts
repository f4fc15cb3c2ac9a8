import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** Node's requests and responses, of either HTTP. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;
export type HttpListener = (request: HttpRequest, response: HttpResponse) => void;

export function isHttp2(message: HttpRequest): message is Http2ServerRequest {
  return 'stream' in message;
}
