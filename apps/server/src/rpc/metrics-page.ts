import { ConnectError } from '@connectrpc/connect';
import type { Settings } from '../config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Authenticate } from './authenticate.ts';
import { endWith, type HttpListener } from './http.ts';

/** Where Prometheus looks. */
export const METRICS_PATH = '/metrics';

export interface MetricsPageOptions {
  readonly metrics: Metrics;
  readonly access: Settings['metrics'];
  readonly authenticate: Authenticate;
}

export function createMetricsPage({ metrics, access, authenticate }: MetricsPageOptions): HttpListener {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return endWith(response, 405);
    }
    const caller = access === 'open' ? undefined : authenticate(request);
    if (caller instanceof ConnectError) {
      response.setHeader('www-authenticate', 'Bearer');
      return endWith(response, 401, { type: 'text/plain', text: `${caller.rawMessage}\n` });
    }
    endWith(response, 200, await metrics.read());
  };
}
