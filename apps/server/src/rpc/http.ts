import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** Node's requests and responses, of either HTTP. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;
export type HttpListener = (request: HttpRequest, response: HttpResponse) => void;

/** Calls `listener` when the answer is written to its end. */
export function onAnswered(request: HttpRequest, response: HttpResponse, listener: () => void): void {
  // The HTTP/2 response says so only when all is closed, and the stream also when it was cut off.
  const written = isHttp2(request) ? request.stream : response;
  written.once('finish', () => {
    if (response.writableEnded) listener();
  });
}

/** Answers with a status, the headers that are set, and what is said of it, if anything. */
export function endWith(response: HttpResponse, status: number, body?: { type: string; text: string }): void {
  response.statusCode = status;
  if (!body) return void response.end();
  response.setHeader('content-type', body.type);
  response.end(body.text);
}

/** The Host header, or what counts before it in HTTP/2: `:authority`, RFC 9113 8.3.1. */
export function hostOf({ headers }: HttpRequest): string | undefined {
  return headers[':authority']?.toString() ?? headers.host;
}

export function isHttp2(message: HttpRequest): message is Http2ServerRequest {
  return 'stream' in message;
}
