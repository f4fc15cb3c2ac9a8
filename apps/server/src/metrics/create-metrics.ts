import type { DescMethod } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ImageResult, Metrics } from './metrics.ts';
import { addProcessFigures } from './process-figures.ts';

/** Seconds: from a small input's inference to a long wait. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** All are told from the start, as 0: of a figure that appears with its first event, that event is seen by no rate. */
const RESULTS = [
  'ok',
  'invalid',
  'too-large',
  'overloaded',
  'unavailable',
  'cancelled',
  'internal',
] as const satisfies readonly ImageResult[];
const PROCESSES = ['inference-worker', 'picture-decoder'] as const;

/** Calls are named as gRPC's servers in Go and Java name theirs, so dashboards for those show ours. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  addProcessFigures(registers);
  const calls = createCallMetrics(registers);
  const images = createImageMetrics(registers);
  const model = new Gauge({
    name: 'boxwire_model_info',
    help: 'The model that answers, always 1',
    labelNames: ['model', 'precision'],
    registers,
  });
  const deaths = new Counter({
    name: 'boxwire_deaths_total',
    help: 'Inference workers and picture decoders that died and were replaced',
    labelNames: ['process'],
    registers,
  });
  for (const process of PROCESSES) deaths.inc({ process }, 0);
  return {
    ...{ ...calls, ...images },
    read: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    gauge(name, help, value) {
      new Gauge({
        ...{ name, help, registers },
        collect() {
          this.set(value());
        },
      });
    },
    answersWith: ({ name, precision }) => model.set({ model: name, precision }, 1),
    died: (process) => deaths.inc({ process }),
  };
}

function createCallMetrics(registers: Registry[]): Pick<Metrics, 'callStarted' | 'callHandled'> {
  const labelNames = ['grpc_type', 'grpc_service', 'grpc_method'];
  const started = new Counter({
    name: 'grpc_server_started_total',
    help: 'Calls that began, in any protocol',
    ...{ labelNames, registers },
  });
  const handled = new Counter({
    name: 'grpc_server_handled_total',
    help: 'Calls that ended, by their code',
    labelNames: [...labelNames, 'grpc_code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'grpc_server_handling_seconds',
    help: 'How long calls took, of streams from their begin to their end',
    ...{ labelNames, registers, buckets: BUCKETS },
  });
  const labelsOf = ({ methodKind, parent, name }: DescMethod) => ({
    grpc_type: TYPES[methodKind],
    grpc_service: parent.typeName,
    grpc_method: name,
  });
  return {
    callStarted: (method) => started.inc(labelsOf(method)),
    callHandled(method, durationMs, code) {
      handled.inc({ ...labelsOf(method), grpc_code: code === undefined ? 'OK' : Code[code] });
      seconds.observe(labelsOf(method), durationMs / 1000);
    },
  };
}

const TYPES: Record<DescMethod['methodKind'], string> = {
  unary: 'unary',
  client_streaming: 'client_stream',
  server_streaming: 'server_stream',
  bidi_streaming: 'bidi_stream',
};

function createImageMetrics(registers: Registry[]): Pick<Metrics, 'imageTaken' | 'imageDone'> {
  const inFlight = new Gauge({
    name: 'boxwire_images_in_flight',
    help: 'Images and frames that wait or are searched',
    registers,
  });
  const done = new Counter({
    name: 'boxwire_images_total',
    help: 'Images and frames of videos, by what became of them',
    ...{ labelNames: ['result'], registers },
  });
  for (const result of RESULTS) done.inc({ result }, 0);
  const seconds = new Histogram({
    name: 'boxwire_image_seconds',
    help: 'From the whole image in memory to its boxes, waiting included',
    ...{ registers, buckets: BUCKETS },
  });
  const stages = new Histogram({
    name: 'boxwire_image_stage_seconds',
    help: 'The same, by stage',
    ...{ labelNames: ['stage'], registers, buckets: BUCKETS },
  });
  return {
    imageTaken: () => inFlight.inc(),
    imageDone(result, durationMs, timings) {
      inFlight.dec();
      done.inc({ result });
      if (!timings) return;
      seconds.observe(durationMs / 1000);
      for (const [name, ms] of Object.entries(timings)) {
        stages.observe({ stage: name.replace('Ms', '') }, ms / 1000);
      }
    },
  };
}
