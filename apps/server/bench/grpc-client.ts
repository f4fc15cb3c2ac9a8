import { fileURLToPath } from 'node:url';
import {
  type ChannelOptions,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const PROTO = fileURLToPath(new URL('../../../proto/', import.meta.url));

// Each client on a connection of its own, and messages of any size.
const CHANNEL: ChannelOptions = {
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
};

/** A client by the people who make gRPC, knowing of us only the .proto files. */
export function openClient(port: number, service: 'mlpredictions.MlPredictions' | 'grpc.health.v1.Health') {
  const definition = loadSync(['mlpredictions/mlpredictions.proto', 'grpc/health/v1/health.proto'], {
    includeDirs: [`${PROTO}api`, `${PROTO}wellknown`],
  });
  const names = service.split('.');
  const Client = names.reduce<unknown>(
    (scope, name) => (scope as Record<string, unknown>)[name],
    loadPackageDefinition(definition),
  ) as ServiceClientConstructor;
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure(), CHANNEL);
}
