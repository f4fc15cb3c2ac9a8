import { Code } from '@connectrpc/connect';
import { createAsyncIterable, type UniversalServerResponse } from '@connectrpc/connect/protocol';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import { type HttpRequest, isHttp2 } from './http.ts';

const UNKNOWN_METHOD = 'the server has no such method; proto/api lists them, and the page is at WEB_PORT';

/** What Connect answers with a status alone. */
const REASONS: Readonly<Record<number, string>> = {
  404: UNKNOWN_METHOD,
  415: 'the content-type must be application/json, application/proto, or one of gRPC, gRPC-Web (not text) or Connect streams',
  505: 'a stream in both directions needs HTTP/2: call GRPC_PORT',
};

/**
 * The same answer, with the reason as Connect writes errors: curl shows nothing of a status.
 * @param allowedMethods those of HTTP
 */
export function explained(
  answer: UniversalServerResponse,
  allowedMethods: readonly string[],
): UniversalServerResponse {
  const methods = allowedMethods.join(', ');
  const message = answer.status === 405 ? `call it by ${methods}` : REASONS[answer.status];
  if (message === undefined || answer.body) return answer;
  const header = new Headers(answer.header);
  header.set('content-type', 'application/json');
  if (answer.status === 405) header.set('allow', methods);
  const json = JSON.stringify({ code: codeToString(Code.Unimplemented), message });
  return { ...answer, header, body: createAsyncIterable([new TextEncoder().encode(json)]) };
}

/** For a path that is no method's. In gRPC that is an error like any other, not one of HTTP. */
export function unknownMethod(request: HttpRequest): UniversalServerResponse {
  const isGrpc = /^application\/grpc(\+|$)/i.test(request.headers['content-type'] ?? '');
  if (!isGrpc || !isHttp2(request)) return { status: 404 };
  return {
    status: 200,
    header: new Headers({ 'content-type': 'application/grpc' }),
    body: createAsyncIterable([]),
    trailer: new Headers({ 'grpc-status': `${Code.Unimplemented}`, 'grpc-message': UNKNOWN_METHOD }),
  };
}
