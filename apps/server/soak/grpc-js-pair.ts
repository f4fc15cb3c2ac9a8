import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const proto = (path: string) => fileURLToPath(new URL(`../../../proto/${path}`, import.meta.url));

/** What we publish for clients: balance, and try again what is unavailable. */
const SERVICE_CONFIG = readFileSync(proto('service-config.json'), 'utf8');

interface Stub {
  PredictSingleImage(image: { data: Uint8Array }, done: (error: Error | null) => void): void;
  close(): void;
}

/** A client of the reference implementation that knows several servers, and the published service config. */
export function openGrpcJsPair(ports: readonly number[]) {
  const definition = loadSync('mlpredictions/mlpredictions.proto', { includeDirs: [proto('api')] });
  const { mlpredictions } = loadPackageDefinition(definition) as unknown as {
    mlpredictions: { MlPredictions: ServiceClientConstructor };
  };
  const address = `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
  const stub = new mlpredictions.MlPredictions(address, credentials.createInsecure(), {
    'grpc.service_config': SERVICE_CONFIG,
    // A server that is back is found again at once.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1000,
    'grpc.use_local_subchannel_pool': 1,
  }) as unknown as Stub;
  return {
    predict: (data: Uint8Array) =>
      new Promise<void>((resolve, reject) =>
        stub.PredictSingleImage({ data }, (error) => (error ? reject(error) : resolve())),
      ),
    close: () => stub.close(),
  };
}
