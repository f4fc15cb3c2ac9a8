import { Agent as HttpAgent } from 'node:http';
import { type ClientHttp2Stream, connect } from 'node:http2';
import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { Health } from '@boxwire/proto/grpc/health/v1/health';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { createClient } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { createConnectTransport as createPageTransport } from '@connectrpc/connect-web';
import { onTestFinished } from 'vitest';

const TRANSPORTS = {
  grpc: createGrpcTransport,
  'grpc-web': createGrpcWebTransport,
  connect: createConnectTransport,
};

export type Protocol = keyof typeof TRANSPORTS;
export const PROTOCOLS = Object.keys(TRANSPORTS) as Protocol[];

/** Clients for all services over one HTTP/2 connection, which the server closes when the test is over. */
export function openHttp2(
  baseUrl: string,
  protocol: Protocol = 'grpc',
  options: Pick<
    Parameters<typeof createGrpcTransport>[0],
    'sendCompression' | 'compressMinBytes' | 'useBinaryFormat'
  > = {},
) {
  const sessionManager = new Http2SessionManager(baseUrl, {}, { rejectUnauthorized: false });
  const transport = TRANSPORTS[protocol]({ baseUrl, sessionManager, ...options, httpVersion: '2' });
  return clients(transport);
}

/** A stream of images by native gRPC, on a connection of its own, for which the test writes every byte. */
export function openRawStream(baseUrl: string): ClientHttp2Stream {
  const session = connect(baseUrl);
  onTestFinished(() => session.destroy());
  return session.request({
    ':method': 'POST',
    ':path': '/mlpredictions.MlPredictions/PredictMultipleImages',
    'content-type': 'application/grpc',
  });
}

/** Clients for all services over HTTP/1.1. */
export function openHttp1(baseUrl: string, protocol: Exclude<Protocol, 'grpc'> = 'connect') {
  const agent = new HttpAgent({ keepAlive: true });
  const transport = TRANSPORTS[protocol]({ baseUrl, httpVersion: '1.1', nodeOptions: { agent } });
  onTestFinished(() => agent.destroy());
  return clients(transport);
}

/** Clients for all services as the page has them. Unlike `openHttp1` its single calls say how long they are. */
export function openPage(baseUrl: string) {
  return clients(createPageTransport({ baseUrl, useBinaryFormat: true }));
}

function clients(transport: Parameters<typeof createClient>[1]) {
  return {
    predictions: createClient(MlPredictions, transport),
    model: createClient(ModelService, transport),
    health: createClient(Health, transport),
    uploads: createClient(UploadService, transport),
    analysis: createClient(AnalysisService, transport),
  };
}
