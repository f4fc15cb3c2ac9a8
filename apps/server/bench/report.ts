import { type Measured, median, type Sample } from './case.ts';
import { markdownTable } from './table.ts';

/** Rounds of cases as a table, each beside the ceiling that its parts leave right before and after it. */
export function ratesTable(measured: readonly Measured[], cores: number): string {
  const header = ['case', 'median', 'range', 'rate/ceiling', 'range', 'CPU ms', 'CPU/parts'];
  return markdownTable(
    header,
    measured.map((one) => row(one, cores)),
  );
}

function row(one: Measured, cores: number): string[] {
  const rates = one.samples.map(({ rate }) => rate);
  const ratios = ceilings(one, cores)?.map((ceiling, round) => (rates[round] ?? Number.NaN) / ceiling);
  const cpu = one.samples.map(({ cpuMs }) => cpuMs ?? Number.NaN);
  const overParts = partsCpu(one)?.map((sum, round) => (cpu[round] ?? Number.NaN) / sum);
  return [
    one.name,
    `${median(rates).toFixed(1)} ${one.unit}`,
    range(rates, 1),
    ratios ? median(ratios).toFixed(2) : '',
    ratios ? range(ratios, 2) : '',
    shown(median(cpu)),
    overParts ? shown(median(overParts)) : '',
  ];
}

/** What the parts leave, round by round: all cores are busy with each in turn, so the times of one unit add up. */
function ceilings(one: Measured, cores: number): number[] | undefined {
  return sums(one, (sample, byCpu) => (byCpu ? (sample.cpuMs ?? 0) / 1000 / cores : 1 / sample.rate))?.map(
    (seconds) => 1 / seconds,
  );
}

function partsCpu(one: Measured): number[] | undefined {
  return sums(one, ({ cpuMs }) => cpuMs ?? Number.NaN);
}

/** Adds up a figure of the parts of one unit, for each round. */
function sums(
  { parts, partSamples }: Measured,
  figure: (sample: Sample, byCpu: boolean) => number,
): number[] | undefined {
  if (!parts) return undefined;
  return partSamples.map((samples) =>
    parts.reduce((sum, { share = 1, byCpu = false }, index) => {
      const sample = samples[index];
      return sum + share * (sample ? figure(sample, byCpu) : Number.NaN);
    }, 0),
  );
}

function range(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

function shown(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '';
}

/** @throws if a figure is missing or makes no sense, whatever its size */
export function requireShape(measured: readonly Measured[], cores: number): void {
  for (const one of measured) {
    const figures = [...one.samples.map(({ rate }) => rate), ...(ceilings(one, cores) ?? [])];
    if (
      one.samples.length === 0 ||
      figures.some((figure) => !(figure > 0 && figure < Number.POSITIVE_INFINITY))
    ) {
      throw new Error(`the case "${one.name}" measured ${figures.join(', ') || 'nothing'}`);
    }
  }
}
