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
