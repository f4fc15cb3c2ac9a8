// `pnpm bench`: what each part can do, what the whole does, and the ratio of the two, all in one run. `--quick` only
// shows that every case still runs: the demonstration model, one round, nothing for the README. `--only TEXT` takes
// the cases with that in their names, and the parts they are made of; `--rounds N` takes so many.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { accuracyOf } from './accuracy.ts';
import { type BenchSetup, openSetup } from './bench-setup.ts';
import { type Measured, measure, median } from './case.ts';
import { benchCases, type Notes, OURS, REFERENCE } from './cases.ts';
import { peakMemoryMb } from './cpu-time.ts';
import { ratesTable, requireShape } from './report.ts';
import { markdownTable } from './table.ts';

const REPORTS = fileURLToPath(new URL('../../../.reports/', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
  },
});
if (!/^[1-9]\d{0,3}$/.test(flags.rounds)) {
  console.error(`--rounds is ${JSON.stringify(flags.rounds)}, allowed is 1 to 9999`);
  process.exit(1);
}
const rounds = flags.quick
  ? { count: 1, seconds: 0.05, warmUp: false }
  : { count: Number(flags.rounds), seconds: 1, warmUp: true };

// An interrupted run takes its servers along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const setup = await openSetup(flags.quick ? { MODEL: 'demo' } : {});
try {
  await bench(setup);
} finally {
  await setup.close();
}
process.exit(0);

async function bench({ cores, model, server, pictures }: BenchSetup): Promise<void> {
  const notes = { healthMs: [], distantHealthMs: [], slowestOfMean: [] } satisfies Notes;
  const all = benchCases(setup, notes);
  const wanted = all.filter(({ name }) => name.includes(flags.only));
  const needed = new Set([...wanted, ...wanted.flatMap(({ parts = [] }) => parts)].map(({ name }) => name));
  const measured = await measure(
    all.filter(({ name }) => needed.has(name)),
    rounds,
    () => {
      for (const noted of Object.values(notes)) noted.length = 0;
    },
  );
  requireShape(measured, cores);

  const network = measured.find(({ name }) => name === 'network alone, float32, 640x384');
  const inferenceMs = network && (1000 * cores) / median(network.samples.map(({ rate }) => rate));
  const lines = [
    `Median and range of ${rounds.count} rounds; each ratio is to the parts right before and after. The pictures show ${pictures.subject}; the client is a`,
    `process on the same ${cores} cores. The ceiling is the rate that the parts would reach in turn: network, decoding, and the same load on`,
    'a server that only counts bytes. CPU is the processor time of all processes per unit, CPU/parts its ratio to the sum of the parts.',
    `The server answered first ${(server.startMs / 1000).toFixed(1)} s after its start, and took at most ${peakMemoryMb(server.pid)?.toFixed(0) ?? '?'} MB of memory in the whole run.`,
    ...aboutHealth(notes, inferenceMs),
    ...aboutFairness(notes),
    ...aboutReference(measured),
  ];
  const accuracy = flags.quick || flags.only ? '' : await accuracyTable(setup);
  const report = `${[ratesTable(measured, cores), lines.join('\n'), accuracy].filter(Boolean).join('\n\n')}\n`;
  const machine = `${cores} cores of ${cpus()[0]?.model}, Node ${process.versions.node}`;
  console.log(`\n${model.name}, ${machine}\n\n${report}`);
  const name = flags.quick || flags.only ? 'bench-part' : 'bench';
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}${name}.md`, report);
  const figures = { model: model.name, cores, inferenceMs, ...notes, measured };
  writeFileSync(`${REPORTS}${name}.json`, JSON.stringify(figures, null, 2));
}

function aboutHealth({ healthMs, distantHealthMs }: Notes, inferenceMs = Number.NaN): string[] {
  const p99 = (times: readonly number[]) => {
    const time = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
    return `${time.toFixed(1)} ms, ${(time / inferenceMs).toFixed(2)} of one inference`;
  };
  if (healthMs.length === 0) return [];
  return [
    `99th percentile of a health check beside a stream (${healthMs.length} checks): ${p99(healthMs)} as seen by a client that waits for`,
    `the same cores; ${p99(distantHealthMs)} "from afar": clients that, like those on another machine, neither take cores from`,
    'the server nor wait for them (the streaming one of low priority, the asking one of real-time priority where that is allowed).',
  ];
}

function aboutFairness({ slowestOfMean }: Notes): string[] {
  if (slowestOfMean.length === 0) return [];
  const slowest = median(slowestOfMean).toFixed(2);
  return [
    `The slowest of 64 streams got ${slowest} of the mean rate (median of ${slowestOfMean.length} rounds).`,
  ];
}

function aboutReference(measured: readonly Measured[]): string[] {
  const [ours, theirs] = [OURS, REFERENCE].map((name) => measured.find((one) => one.name === name)?.samples);
  if (!ours || !theirs) return ['The reference pipeline in Python was not measured.'];
  const ratios = ours.map(({ rate }, round) => rate / (theirs[round]?.rate ?? Number.NaN));
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(1));
  return [
    `Raw frames over one stream: ${median(ratios).toFixed(1)} times (${least} to ${most}) the rate of the reference pipeline, PyTorch behind grpcio.`,
  ];
}

/** What a faster network costs in boxes. */
async function accuracyTable({ model, int8Model, limits }: BenchSetup): Promise<string> {
  const variants = [
    ['float32, image_size 640', model, 640],
    ['float32, image_size 480', model, 480],
    ['float32, image_size 320', model, 320],
    ['int8, image_size 640', int8Model, 640],
  ] as const;
  const rows: string[][] = [];
  for (const [name, variant, imageSize] of variants) {
    const accuracy = await accuracyOf(variant, limits, imageSize);
    if (accuracy === undefined) return 'mAP was not measured: the labelled photographs are absent.';
    rows.push([name, (100 * accuracy).toFixed(1)]);
  }
  return markdownTable(['network', 'mAP50-95 on the labelled photographs'], rows);
}
