import type { UniversalServerResponse } from '@connectrpc/connect/protocol';
import { unescapeGrpcMessage } from './grpc-message.ts';
import type { HttpResponse } from './http.ts';

/**
 * gRPC clients try a call again by themselves only while they have seen nothing of its answer: an error before the
 * first message has to come in the very first headers ("Trailers-Only"), where Connect sends headers and then trailers.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 *
 * @returns the answer, of which nothing is sent; `undefined` where it was an error without messages, which is sent
 */
export async function sendTrailersOnly(
  answer: UniversalServerResponse,
  response: HttpResponse,
): Promise<UniversalServerResponse | undefined> {
  const { body, header } = answer;
  const isGrpc = /^application\/grpc(\+|$)/.test(header?.get('content-type') ?? '');
  if (!isGrpc || !body || body instanceof Uint8Array) return answer;
  const messages = body[Symbol.asyncIterator]();
  const first = await messages.next();
  const { trailer } = answer;
  const isError = first.done && Number(trailer?.get('grpc-status') ?? 0) !== 0;
  if (!isError) return { ...answer, body: resumed(first, messages) };
  response.statusCode = answer.status;
  for (const headers of [header, unescapeGrpcMessage(trailer)])
    headers?.forEach((value, name) => void response.setHeader(name, value));
  response.end();
  return undefined;
}

async function* resumed<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncIterable<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
