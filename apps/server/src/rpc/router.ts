import { PutPieceRequestSchema } from '@boxwire/proto/boxwire/v1/upload_service';
import { ImageSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import type { DescService } from '@bufbuild/protobuf';
import { createServiceImplSpec, type ServiceImpl } from '@connectrpc/connect';
import {
  createUniversalMethodHandler,
  type ProtocolHandlerFactory,
  type UniversalHandler,
  type UniversalHandlerOptions,
  type UniversalServerRequest,
  validateUniversalHandlerOptions,
} from '@connectrpc/connect/protocol';
import { createHandlerFactory as createConnectFactory } from '@connectrpc/connect/protocol-connect';
import {
  createHandlerFactory as createGrpcFactory,
  headerAcceptEncoding,
  headerEncoding,
} from '@connectrpc/connect/protocol-grpc';
import { createHandlerFactory as createGrpcWebFactory } from '@connectrpc/connect/protocol-grpc-web';
import { createGrpcUnaryHandler } from './grpc-unary.ts';

/** The fields that pictures and uploads come in, by their message. */
export const LARGE_FIELDS: ReadonlyMap<string, number> = new Map(
  [ImageSchema, PutPieceRequestSchema].map(({ typeName, field }) => [typeName, field.data.number]),
);

/** All other messages are names and numbers: a thousand ids of uploads fit many times. What is larger takes long to parse. */
const SMALL_BYTES = 2 ** 20;

/** Which handler takes the calls of a path. As Connect's own router, but for the single calls of gRPC. */
export interface Router {
  service<T extends DescService>(
    service: T,
    implementation: ServiceImpl<T>,
    options?: Partial<UniversalHandlerOptions>,
  ): Router;
  routeOf(path: string): Route | undefined;
}

export interface Route {
  readonly handler: UniversalHandler;
  /** Larger ones are refused. */
  readonly maxMessageBytes: number;
}

export function createRouter(base: Partial<UniversalHandlerOptions>): Router {
  const routes = new Map<string, Route>();
  const router: Router = {
    service(service, implementation, own) {
      const options = validateUniversalHandlerOptions({ ...base, ...own });
      const { methods } = createServiceImplSpec(service, implementation);
      for (const spec of Object.values(methods)) {
        const mostBytes = LARGE_FIELDS.has(spec.method.input.typeName)
          ? Number.POSITIVE_INFINITY
          : SMALL_BYTES;
        const maxMessageBytes = Math.min(options.readMaxBytes, mostBytes);
        const protocols = createProtocols({ ...options, readMaxBytes: maxMessageBytes });
        const handler = createUniversalMethodHandler(spec, protocols);
        routes.set(handler.requestPath, { handler, maxMessageBytes });
      }
      return router;
    },
    routeOf: (path) => routes.get(path),
  };
  return router;
}

function createProtocols(options: UniversalHandlerOptions): ProtocolHandlerFactory[] {
  return [
    tellingEncodings(createFactory(options), options),
    tellingEncodings(createGrpcWebFactory(options), options),
    createConnectFactory(options),
  ];
}

/** Who compresses in a way that is not known is told which are: gRPC wants that, and the library does it in words alone. */
function tellingEncodings(
  create: ProtocolHandlerFactory,
  { acceptCompression }: UniversalHandlerOptions,
): ProtocolHandlerFactory {
  const names = acceptCompression.map(({ name }) => name);
  return Object.assign(
    (spec: Parameters<ProtocolHandlerFactory>[0]) => {
      const handle = create(spec);
      return Object.assign(async (request: UniversalServerRequest) => {
        const response = await handle(request);
        const encoding = request.header.get(headerEncoding) ?? 'identity';
        if (encoding !== 'identity' && !names.includes(encoding))
          response.header?.set(headerAcceptEncoding, names.join(','));
        return response;
      }, handle);
    },
    { protocolName: create.protocolName },
  );
}

function createFactory(options: UniversalHandlerOptions): ProtocolHandlerFactory {
  const createHandler = createGrpcFactory(options);
  return Object.assign(
    (spec: Parameters<ProtocolHandlerFactory>[0]) => {
      const handler = createHandler(spec);
      return spec.kind === 'unary' ? Object.assign(createGrpcUnaryHandler(spec, options), handler) : handler;
    },
    { protocolName: createHandler.protocolName },
  );
}
