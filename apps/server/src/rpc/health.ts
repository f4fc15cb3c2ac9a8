import {
  type Health,
  type HealthCheckResponse_ServingStatus,
  HealthCheckResponse_ServingStatus as Status,
} from '@boxwire/proto/grpc/health/v1/health';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { orAbort } from '../flow/or-abort.ts';
import { callOf } from './call.ts';
import { type CallLimit, createCallCounter, networkOf } from './call-counter.ts';
import { type HttpRequest, isHttp2 } from './http.ts';
import type { ServingState } from './serving-state.ts';

/** A watch takes some 50 kB for as long as its client likes, and may be a stranger's. */
const MAX_WATCHES = 1000;
/** Whoever watches from there, by however many connections, leaves others as many. */
const MAX_WATCHES_OF_ADDRESS = 500;
/** A client has one for each service that it calls. */
const MAX_WATCHES_OF_CONNECTION = 20;

/**
 * The gRPC health checking protocol. A service is SERVING while it can answer; those in `alwaysServing` need no
 * detector. `Watch` ends with UNAVAILABLE when the server shuts down, after it has said NOT_SERVING; one too
 * many is refused with RESOURCE_EXHAUSTED.
 */
export function createHealth(
  state: ServingState,
  services: { readonly needDetector: readonly string[]; readonly alwaysServing: readonly string[] },
): ServiceImpl<typeof Health> {
  const needDetector = new Set(['', ...services.needDetector]);
  const alwaysServing = new Set(services.alwaysServing);
  const countWatch = createCallCounter('health is watched too often', 'watches');

  function statusOf(service: string): HealthCheckResponse_ServingStatus {
    if (needDetector.has(service)) return state.serving ? Status.SERVING : Status.NOT_SERVING;
    if (!alwaysServing.has(service)) return Status.SERVICE_UNKNOWN;
    return state.draining.aborted ? Status.NOT_SERVING : Status.SERVING;
  }

  return {
    check({ service }) {
      const status = statusOf(service);
      if (status !== Status.SERVICE_UNKNOWN) return { status };
      throw new ConnectError('the server has no such service', Code.NotFound);
    },

    async *watch({ service }, { signal, values }) {
      signal.throwIfAborted();
      const { request } = callOf(values);
      const end = countWatch(limitsOf(request));
      signal.addEventListener('abort', end, { once: true });
      let said: HealthCheckResponse_ServingStatus | undefined;
      for (;;) {
        const changed = state.changed();
        const status = statusOf(service);
        if (status !== said) {
          said = status;
          yield { status };
        } else if (state.draining.aborted) {
          throw new ConnectError('the server is shutting down', Code.Unavailable);
        } else {
          await orAbort(changed, signal);
        }
      }
    },
  };
}

function limitsOf(request: HttpRequest): readonly CallLimit[] {
  return [
    { key: connectionOf(request), most: MAX_WATCHES_OF_CONNECTION, whose: 'one connection' },
    { key: networkOf(request.socket?.remoteAddress), most: MAX_WATCHES_OF_ADDRESS, whose: 'one address' },
    { key: 'all', most: MAX_WATCHES, whose: 'all connections together' },
  ];
}

function connectionOf(request: HttpRequest): object {
  return isHttp2(request) ? (request.stream.session ?? request.stream) : request.socket;
}
