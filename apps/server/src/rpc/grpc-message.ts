import type { UniversalServerResponse } from '@connectrpc/connect/protocol';

/**
 * Undoes needless escapes of a `grpc-message`. gRPC wants printable ASCII but for `%` sent as it is; Connect
 * escapes more, and grpc-js does not undo all of that, so that its users would read `width is 0%2C ...`.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 */
export function unescapeGrpcMessage(trailer = new Headers()): Headers {
  const message = trailer.get('grpc-message');
  if (message === null) return trailer;
  const unescaped = message.replaceAll(/%[2-7][0-9A-F]/g, (code) => {
    const isNeeded = code === '%25' || code === '%7F';
    return isNeeded ? code : decodeURIComponent(code);
  });
  const readable = new Headers(trailer);
  readable.set('grpc-message', unescaped);
  return readable;
}

/** The answer with a `grpc-message` as above. */
export function readable(answer: UniversalServerResponse): UniversalServerResponse {
  return answer.body ? new ReadableAnswer(answer, answer.body) : answer;
}

/**
 * Its trailers are read only when the body is sent: earlier they are not complete. A class, since an object with a
 * getter of its own would outlive all minor collections, and with it whatever the getter can see.
 */
class ReadableAnswer {
  readonly status: number;
  readonly header: Headers;
  readonly body: AsyncIterable<Uint8Array>;
  readonly #trailer: Headers | undefined;

  constructor({ status, header, trailer }: UniversalServerResponse, body: AsyncIterable<Uint8Array>) {
    this.status = status;
    this.header = header ?? new Headers();
    this.body = body;
    this.#trailer = trailer;
  }

  get trailer(): Headers {
    return unescapeGrpcMessage(this.#trailer);
  }
}
