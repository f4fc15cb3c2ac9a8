// `pnpm bench`: what each part can do, what the whole does, and the ratio of the two, all in one run.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readSettings } from '../src/config.ts';
import { createDetector } from '../src/detector/create-detector.ts';
import { decodeImage } from '../src/detector/decode-image.ts';
import { loadModel } from '../src/load-model.ts';
import { createLog } from '../src/log.ts';
import { type Case, type Measured, measure, median, throughput } from './case.ts';
import { openClient } from './grpc-client.ts';
import { makePictures } from './pictures.ts';
import { openRawNetwork } from './raw-network.ts';
import { checkHealth, startLoadClient, startServer } from './server-process.ts';
import { markdownTable } from './table.ts';

const REPORTS = fileURLToPath(new URL('../../../.reports/', import.meta.url));
const quick = process.argv.includes('--quick');
const [rounds, seconds] = quick ? [1, 0.5] : [5, 4];
const cores = availableParallelism();
const limits = {
  maxPixels: 64e6,
  maxDetections: 1000,
  maxImageSize: 1280,
  maxQueue: 1000,
  maxQueueBytes: 1e9,
};
const inputSize = { width: 640, height: 384 };

const pictures = await makePictures();
const settings = readSettings();
const { model } = await loadModel(settings, createLog({ logLevel: 'warn', logFormat: 'pretty' }));
const network = await openRawNetwork(model, cores, inputSize);
const detector = await createDetector(model, { workers: cores, ...limits });
const server = await startServer({ WORKERS: `${cores}` });
const load = await startLoadClient(server.port);
const health = openClient(server.port, 'grpc.health.v1.Health');

const jpeg = { mode: '', width: 0, height: 0, data: readFileSync(pictures.jpeg720) };
const jpegFile = { mode: '', width: 0, height: 0, file: pictures.jpeg720 };
const rawFile = { mode: 'RGB', width: 960, height: 540, file: pictures.raw540 };
const busy = cores * 2 + 2;
const healthMs: number[] = [];

/** Runs `work` and asks for the server's health all the while. */
async function watchingHealth(work: Promise<number>): Promise<number> {
  let done = false;
  const watch = async () => {
    while (!done) {
      healthMs.push((await checkHealth(health)).ms);
      await sleep(HEALTH_INTERVAL_MS);
    }
  };
  const watching = watch();
  const result = await work;
  done = true;
  await watching;
  return result;
}

/** Often enough to hit every state of the server, seldom enough to be no load. */
const HEALTH_INTERVAL_MS = 10;
const NETWORK = 'network alone, 640x384';
const DECODE = 'JPEG decoding alone, 1280x720';
const cases: Case[] = [
  { name: NETWORK, unit: 'images/s', run: (s) => network.run(s) },
  { name: DECODE, unit: 'images/s', run: (s) => throughput(cores, s, () => decodeImage(jpeg, limits)) },
  {
    name: 'detector in process, 720p JPEG',
    unit: 'images/s',
    run: (s) => throughput(busy, s, () => detector.detect(jpeg, {})),
  },
  ...(['unary', 'bidi'] as const).flatMap((method): Case[] => {
    const width = method === 'unary' ? busy : 1;
    const what = method === 'unary' ? `${busy} calls at once` : 'one stream';
    return [
      {
        name: `gRPC ${method}, ${what}, 720p JPEG`,
        unit: 'images/s',
        run: (s) => load.run({ seconds: s, method, width, image: jpegFile }),
      },
      {
        name: `gRPC ${method}, ${what}, raw 960x540`,
        unit: 'images/s',
        run: (s) => load.run({ seconds: s, method, width, image: rawFile }),
      },
    ];
  }),
  {
    name: 'gRPC bidi, one stream, 720p JPEG, health watched',
    unit: 'images/s',
    run: (s) => watchingHealth(load.run({ seconds: s, method: 'bidi', width: 1, image: jpegFile })),
  },
];

const measured = await measure(cases, rounds, seconds);
const valuesOf = (name: string) => measured.find((entry) => entry.name === name)?.values ?? [];
/** What decoding and inference leave, round by round: both use all cores, so the time of an image is the sum of theirs. */
const ceilings = {
  JPEG: valuesOf(NETWORK).map((rate, round) => 1 / (1 / rate + 1 / (valuesOf(DECODE)[round] ?? Number.NaN))),
  raw: valuesOf(NETWORK),
};
const ceilingsOf = ({ name }: Measured) =>
  name.includes('720p JPEG') ? ceilings.JPEG : name.includes('raw') ? ceilings.raw : undefined;
const inferenceMs = (1000 * cores) / median(valuesOf(NETWORK));
const healthP99 = healthMs.toSorted((a, b) => a - b)[Math.floor(healthMs.length * 0.99)] ?? Number.NaN;

const rows = measured.map((entry) => {
  const { name, unit, values } = entry;
  const ratios = ceilingsOf(entry)?.map((ceiling, round) => (values[round] ?? Number.NaN) / ceiling);
  return [
    name,
    `${median(values).toFixed(1)} ${unit}`,
    `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`,
    ratios ? median(ratios).toFixed(2) : '',
    ratios ? `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}` : '',
  ];
});
const report = `${markdownTable(['case', 'median', 'range', 'of the ceiling', 'range'], rows)}

The ceiling of JPEG is what decoding and inference leave, 1 / (1 / decoding + 1 / inference); of raw pixels, inference
alone. Each ratio is taken within one round of ${rounds}; ${pictures.subject}; the client is a process on the same ${cores} cores.
A health check while a stream is pushed takes ${healthP99.toFixed(1)} ms at the 99th percentile of ${healthMs.length}, ${(
  healthP99 / inferenceMs
).toFixed(2)} of one inference (${inferenceMs.toFixed(1)} ms).
`;
console.log(
  `\n${model.name}, ${cores} cores of ${cpus()[0]?.model}, Node ${process.versions.node}\n\n${report}`,
);
mkdirSync(REPORTS, { recursive: true });
writeFileSync(`${REPORTS}bench.md`, report);
writeFileSync(
  `${REPORTS}bench.json`,
  JSON.stringify({ model: model.name, cores, ceilings, inferenceMs, healthMs, measured }, null, 2),
);

health.close();
await Promise.all([load.stop(), server.stop(), network.close(), detector.close()]);
process.exit(0);
