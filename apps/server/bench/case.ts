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
  /** One per round. */
  readonly samples: readonly Sample[];
}

export interface Rounds {
  readonly count: number;
  /** How long a case is run in each. */
  readonly seconds: number;
  /** One more before them that does not count: until their code is compiled and their heaps have grown, all are slower. */
  readonly warmUp: boolean;
}

/** Runs all cases in turn, again in every round. @param onWarm told when the first round that counts begins */
export async function measure(
  cases: readonly Case[],
  { count, seconds, warmUp }: Rounds,
  onWarm = () => {},
): Promise<Measured[]> {
  const samples = cases.map((): Sample[] => []);
  for (let round = warmUp ? -1 : 0; round < count; round++) {
    if (round === 0) onWarm();
    for (const [index, { name, run }] of cases.entries()) {
      const sample = await run(seconds);
      if (round >= 0) samples[index]?.push(sample);
      const title = round < 0 ? 'warm-up' : `round ${round + 1}/${count}`;
      process.stderr.write(`${title}: ${name} ${sample.rate.toFixed(1)}\n`);
    }
  }
  return cases.map(({ run: _, ...rest }, index) => ({ ...rest, samples: samples[index] ?? [] }));
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
