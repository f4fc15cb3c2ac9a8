import { Code, ConnectError, createHandlerContext, type MethodImplSpec } from '@connectrpc/connect';
import {
  assertByteStreamRequest,
  compressionNegotiate,
  createMethodSerializationLookup,
  encodeEnvelope,
  envelopeCompress,
  envelopeDecompress,
  invokeUnaryImplementation,
  type UniversalHandlerFn,
  type UniversalHandlerOptions,
  uResponseMethodNotAllowed,
  uResponseOk,
  uResponseUnsupportedMediaType,
} from '@connectrpc/connect/protocol';
import {
  contentTypeJson,
  contentTypeProto,
  grpcStatusOk,
  headerAcceptEncoding,
  headerContentType,
  headerEncoding,
  headerGrpcStatus,
  headerTimeout,
  parseContentType,
  parseTimeout,
  setTrailerStatus,
} from '@connectrpc/connect/protocol-grpc';
import { readOnlyMessage } from './only-message.ts';

/** Why a call that was answered is aborted. One for all: a new one each would take a stack trace each. */
const ANSWERED = new DOMException('the call was answered', 'AbortError');

/**
 * Single calls of gRPC, made of the library's own parts. Its own handler leads the one message through a dozen
 * generators that are functions of this call alone. V8 makes a map for each, which only a collection of the whole heap
 * takes away, and with it whatever the call could see: of a health check's 100 KB half were copied twice and then kept.
 * The library does not promise to keep these parts: its version is an exact one.
 */
export function createGrpcUnaryHandler(
  spec: MethodImplSpec & { kind: 'unary' },
  options: UniversalHandlerOptions,
): UniversalHandlerFn {
  const { method } = spec;
  const { acceptCompression, binaryOptions, jsonOptions, readMaxBytes, shutdownSignal } = options;
  const serialization = createMethodSerializationLookup(method, binaryOptions, jsonOptions, options);

  return async (request) => {
    assertByteStreamRequest(request);
    const { header, signal, contextValues } = request;
    const type = parseContentType(header.get(headerContentType));
    if (!type) return uResponseUnsupportedMediaType;
    if (request.method !== 'POST') return uResponseMethodNotAllowed;
    const timeout = parseTimeout(header.get(headerTimeout), options.maxTimeoutMs);
    const encodings = [header.get(headerEncoding), header.get(headerAcceptEncoding)] as const;
    const compression = compressionNegotiate(acceptCompression, ...encodings, headerAcceptEncoding);
    const context = createHandlerContext({
      method,
      service: method.parent,
      protocolName: 'grpc',
      requestMethod: request.method,
      url: request.url,
      requestHeader: header,
      requestSignal: signal,
      responseHeader: { [headerContentType]: type.binary ? contentTypeProto : contentTypeJson },
      responseTrailer: { [headerGrpcStatus]: grpcStatusOk },
      ...(timeout.timeoutMs !== undefined && { timeoutMs: timeout.timeoutMs }),
      ...(shutdownSignal && { shutdownSignal }),
      ...(contextValues && { contextValues }),
    });
    const { responseHeader, responseTrailer } = context;
    const answer = { ...uResponseOk, header: responseHeader, trailer: responseTrailer };
    try {
      await options.requestGate?.(context);
      const refusal = compression.error ?? timeout.error;
      if (refusal) throw refusal;
      const sent = await readOnlyMessage(request.body, readMaxBytes);
      const { data } = await envelopeDecompress(sent, compression.request, readMaxBytes);
      const input = serialization.getI(type.binary).parse(data);
      const output = await invokeUnaryImplementation(spec, context, input, options.interceptors);
      const message = { flags: 0, data: serialization.getO(type.binary).serialize(output) };
      const written = await envelopeCompress(message, compression.response, options.compressMinBytes);
      if (compression.response) responseHeader.set(headerEncoding, compression.response.name);
      context.abort(ANSWERED);
      return { ...answer, body: bodyOf(encodeEnvelope(written.flags, written.data)) };
    } catch (thrown) {
      // What listens to it may still word the error otherwise.
      context.abort(thrown);
      setTrailerStatus(responseTrailer, toConnectError(thrown));
      return { ...answer, body: bodyOf() };
    }
  };
}

function toConnectError(thrown: unknown): ConnectError {
  if (thrown instanceof ConnectError) return thrown;
  return new ConnectError('internal error', Code.Internal, undefined, undefined, thrown);
}

async function* bodyOf(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
