/** One thing that is measured, again and again in turn with the others, so that a drift of the machine hits all alike. */
export interface Case {
  readonly name: string;
  readonly unit: string;
  /** Works for about this long. */
  readonly run: (seconds: number) => Promise<Sample>;
  /** What one unit is made of, if it is not a part itself: the ceiling is what these leave. */
  readonly parts?: readonly Part[];
}

export interface Sample {
  /** Units per second. */
  readonly rate: number;
  /** Processor time of all processes that took part, per unit; absent where the system does not tell. */
  readonly cpuMs?: number | undefined;
}

export interface Part {
  /** The name of another case. */
  readonly name: string;
  /** How much of it one unit takes; default 1. */
  readonly share?: number;
  /** It does not fill all cores by itself, so that only its processor time counts. */
  readonly byCpu?: boolean;
}

export interface Measured extends Pick<Case, 'name' | 'unit' | 'parts'> {
  /** One per round; of a part of others, the mean of all in the round. */
  readonly samples: readonly Sample[];
  /** Of each round, one for each part, taken right before and after. */
  readonly partSamples: readonly (readonly Sample[])[];
}

export interface Rounds {
  readonly count: number;
  /** How long a case is run in each. */
  readonly seconds: number;
  /** One more before them that does not count: until their code is compiled and their heaps have grown, all are slower. */
  readonly warmUp: boolean;
}

/**
 * Runs all cases in turn, again in every round. A case that is made of others has these run half before it and half
 * after, so that a machine that slows down for a while slows both down.
 * @param onWarm told when the first round that counts begins
 */
export async function measure(
  cases: readonly Case[],
  { count, seconds, warmUp }: Rounds,
  onWarm = () => {},
): Promise<Measured[]> {
  const byName = new Map(cases.map((one) => [one.name, one]));
  const isPart = new Set(cases.flatMap(({ parts = [] }) => parts.map(({ name }) => name)));
  const measured = cases.map(({ run: _, ...rest }) => ({
    ...rest,
    samples: [] as Sample[],
    partSamples: [] as Sample[][],
  }));
  for (let round = warmUp ? -1 : 0; round < count; round++) {
    if (round === 0) onWarm();
    const ofParts = new Map<string, Sample[]>();
    const runParts = async (parts: readonly Part[]) => {
      for (const { name } of parts) {
        const sample = await byName.get(name)?.run(seconds / 2);
        if (sample) ofParts.set(name, [...(ofParts.get(name) ?? []), sample]);
      }
    };
    for (const [index, { name, parts = [], run }] of cases.entries()) {
      if (isPart.has(name)) continue;
      await runParts(parts);
      const sample = await run(seconds);
      await runParts(parts.toReversed());
      const title = round < 0 ? 'warm-up' : `round ${round + 1}/${count}`;
      process.stderr.write(`${title}: ${name} ${sample.rate.toFixed(1)}\n`);
      if (round < 0) continue;
      measured[index]?.samples.push(sample);
      measured[index]?.partSamples.push(parts.map((part) => mean(ofParts.get(part.name)?.slice(-2) ?? [])));
    }
    if (round < 0) continue;
    for (const { name, samples } of measured) {
      if (isPart.has(name)) samples.push(mean(ofParts.get(name) ?? []));
    }
  }
  return measured;
}

/** What took turns for as long: the mean rate, and the processor time of a unit that of all of them. */
function mean(samples: readonly Sample[]): Sample {
  const rate = samples.reduce((sum, one) => sum + one.rate, 0) / samples.length;
  const cpu = samples.reduce((sum, one) => sum + one.rate * (one.cpuMs ?? Number.NaN), 0);
  const cpuMs = cpu / (rate * samples.length);
  return { rate, cpuMs: Number.isFinite(cpuMs) ? cpuMs : undefined };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/**
 * Keeps `width` calls under way for about `seconds`; the calls that ended, per second.
 * @param call does the thing once
 */
export async function throughput(
  width: number,
  seconds: number,
  call: () => Promise<unknown>,
): Promise<number> {
  const started = performance.now();
  const end = started + seconds * 1000;
  let done = 0;
  const lane = async () => {
    while (performance.now() < end) {
      await call();
      done++;
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return done / ((performance.now() - started) / 1000);
}
