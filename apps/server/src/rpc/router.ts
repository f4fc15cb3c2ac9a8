import type { DescService } from '@bufbuild/protobuf';
import { createServiceImplSpec, type ServiceImpl } from '@connectrpc/connect';
import {
  createUniversalServiceHandlers,
  type ProtocolHandlerFactory,
  type UniversalHandler,
  type UniversalHandlerOptions,
  validateUniversalHandlerOptions,
} from '@connectrpc/connect/protocol';
import { createHandlerFactory as createConnectFactory } from '@connectrpc/connect/protocol-connect';
import { createHandlerFactory as createGrpcFactory } from '@connectrpc/connect/protocol-grpc';
import { createHandlerFactory as createGrpcWebFactory } from '@connectrpc/connect/protocol-grpc-web';
import { createGrpcUnaryHandler } from './grpc-unary.ts';

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
      const protocols = [
        createFactory(options),
        createGrpcWebFactory(options),
        createConnectFactory(options),
      ];
      for (const handler of createUniversalServiceHandlers(
        createServiceImplSpec(service, implementation),
        protocols,
      )) {
        routes.set(handler.requestPath, { handler, maxMessageBytes: options.readMaxBytes });
      }
      return router;
    },
    routeOf: (path) => routes.get(path),
  };
  return router;
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
