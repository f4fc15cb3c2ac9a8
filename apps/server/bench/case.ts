/** One thing that is measured, again and again in turn with the others, so that a drift of the machine hits all alike. */
export interface Case {
  readonly name: string;
  readonly unit: string;
  /** Works for about this long and returns how much it did, in `unit`. */
  readonly run: (seconds: number) => Promise<number>;
}

export interface Measured {
  readonly name: string;
  readonly unit: string;
  /** One value per round. */
  readonly values: readonly number[];
}

/** Runs all cases `rounds` times in turn, the first round only to warm up. */
export async function measure(cases: readonly Case[], rounds: number, seconds: number): Promise<Measured[]> {
  const values = cases.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, { name, run }] of cases.entries()) {
      const value = await run(round < 0 ? seconds / 2 : seconds);
      if (round >= 0) values[index]?.push(value);
      process.stderr.write(
        `${round < 0 ? 'warm-up' : `round ${round + 1}/${rounds}`}: ${name} ${value.toFixed(1)}\n`,
      );
    }
  }
  return cases.map(({ name, unit }, index) => ({ name, unit, values: values[index] ?? [] }));
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
