import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/metrics/create-metrics.ts';

test('calls are counted by their code, and measured in seconds', async () => {
  const metrics = createMetrics();
  const method = MlPredictions.method.predictSingleImage;
  for (const code of [undefined, Code.InvalidArgument]) {
    metrics.callStarted(method);
    metrics.callHandled(method, 1500, code);
  }
  const { text } = await metrics.read();
  const labels =
    'grpc_type="unary",grpc_service="mlpredictions.MlPredictions",grpc_method="PredictSingleImage"';
  for (const line of [
    `grpc_server_started_total{${labels}} 2`,
    `grpc_server_handled_total{${labels},grpc_code="OK"} 1`,
    `grpc_server_handled_total{${labels},grpc_code="InvalidArgument"} 1`,
    `grpc_server_handling_seconds_sum{${labels}} 3`,
  ])
    expect(text.split('\n')).toContain(line);
});

test('images are measured in seconds, as a whole and by stage; those that fail are only counted', async () => {
  const metrics = createMetrics();
  const timings = { decodeMs: 10, queueMs: 20, preprocessMs: 30, inferenceMs: 40, postprocessMs: 50 };
  for (let i = 0; i < 3; i++) metrics.imageTaken();
  metrics.imageDone('ok', 250, timings);
  metrics.imageDone('invalid', 1000);
  const { text } = await metrics.read();
  for (const line of [
    'boxwire_images_in_flight 1',
    'boxwire_images_total{result="ok"} 1',
    'boxwire_images_total{result="invalid"} 1',
    'boxwire_images_total{result="cancelled"} 0',
    'boxwire_image_seconds_sum 0.25',
    'boxwire_image_seconds_count 1',
    'boxwire_image_stage_seconds_sum{stage="inference"} 0.04',
  ])
    expect(text.split('\n')).toContain(line);
});
