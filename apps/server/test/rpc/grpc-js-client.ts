import { fileURLToPath } from 'node:url';
import {
  type CallOptions,
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { onTestFinished } from 'vitest';

/** What grpc-js is given and gives: plain objects with the names of the .proto file. */
export interface GrpcImage {
  readonly mode?: string;
  readonly width?: number;
  readonly height?: number;
  readonly data?: Uint8Array;
  readonly frame?: number;
}

export interface GrpcCollection {
  readonly object: readonly { readonly name: string }[];
  readonly frame: number;
  readonly error?: { readonly code: number; readonly message: string };
}

const definition = loadSync('mlpredictions/mlpredictions.proto', {
  includeDirs: [fileURLToPath(new URL('../../../../proto/api', import.meta.url))],
});
const { MlPredictions } = loadPackageDefinition(definition).mlpredictions as unknown as {
  MlPredictions: ServiceClientConstructor;
};

type Callback = (error: ServiceError | null, value: GrpcCollection) => void;
interface Stub {
  PredictSingleImage(image: GrpcImage, options: CallOptions, done: Callback): { cancel(): void };
  PredictMultipleImages(options: CallOptions): ClientDuplexStream<GrpcImage, GrpcCollection>;
}

/** A client of the reference implementation for Node, closed when the test is over. */
export function openGrpcJs(url: string) {
  const client = new MlPredictions(new URL(url).host, credentials.createInsecure());
  onTestFinished(() => client.close());
  const stub = client as unknown as Stub;
  return {
    single(image: GrpcImage, options: CallOptions = {}, signal?: AbortSignal): Promise<GrpcCollection> {
      return new Promise((resolve, reject) => {
        const call = stub.PredictSingleImage(image, options, (error, value) =>
          error ? reject(error) : resolve(value),
        );
        signal?.addEventListener('abort', () => call.cancel());
      });
    },
    multiple: (options: CallOptions = {}) => stub.PredictMultipleImages(options),
  };
}
