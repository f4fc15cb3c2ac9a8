import {
  type Health,
  type HealthCheckResponse_ServingStatus,
  HealthCheckResponse_ServingStatus as Status,
} from '@boxwire/proto/grpc/health/v1/health';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { createBell } from '../flow/bell.ts';
import type { ServingState } from './serving-state.ts';

/**
 * The gRPC health checking protocol. A service is SERVING while it can answer; those in `alwaysServing` need no
 * detector. `Watch` ends with UNAVAILABLE when the server shuts down, after it has said NOT_SERVING.
 */
export function createHealth(
  state: ServingState,
  services: { readonly needDetector: readonly string[]; readonly alwaysServing: readonly string[] },
): ServiceImpl<typeof Health> {
  const needDetector = new Set(['', ...services.needDetector]);
  const alwaysServing = new Set(services.alwaysServing);

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

    async *watch({ service }, { signal }) {
      const bell = createBell();
      const unsubscribe = state.subscribe(bell.ring);
      signal.addEventListener('abort', bell.ring, { once: true });
      signal.addEventListener('abort', unsubscribe, { once: true });
      let said: HealthCheckResponse_ServingStatus | undefined;
      while (!signal.aborted) {
        const changed = bell.rung();
        const status = statusOf(service);
        if (status !== said) {
          said = status;
          yield { status };
        } else if (state.draining.aborted) {
          throw new ConnectError('the server is shutting down', Code.Unavailable);
        } else {
          await changed;
        }
      }
      signal.throwIfAborted();
    },
  };
}
