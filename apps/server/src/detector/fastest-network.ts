import type { Network } from './network.ts';

/** What a network showed lately. */
interface Record {
  readonly network: Network;
  /** The latest times in milliseconds per pixel of its input, oldest first. */
  readonly times: number[];
  /** Runs so far. */
  runs: number;
}

/** Of so many times the middle one counts: a run that something came in between of does not. */
const REMEMBERED = 5;
/** The first run of each finds nothing in place, and says nothing. */
const WARM_UP = 1;
/** Every so many runs the others get one, too: what else happens on a machine changes. */
const RETRY_EVERY = 50;

/**
 * Several ways to run one network as a single one: each image goes to the one that has been the fastest lately. They
 * are tried out on the images that come.
 *
 * @param now a clock, in milliseconds
 */
export function fastestOf(
  networks: readonly [Network, ...Network[]],
  now = () => performance.now(),
): Network {
  const records = networks.map((network): Record => ({ network, times: [], runs: 0 }));
  let turns = 0;

  function pick(): Record {
    turns++;
    const untried = records.find(({ runs }) => runs < WARM_UP + REMEMBERED);
    const [fastest, ...others] = records.toSorted((a, b) => middle(a.times) - middle(b.times)) as [
      Record,
      ...Record[],
    ];
    if (untried) return untried;
    const other = others[Math.floor(turns / RETRY_EVERY) % others.length];
    return turns % RETRY_EVERY === 0 && other ? other : fastest;
  }

  return {
    classCount: networks[0].classCount,
    async run(input, size, floor) {
      const record = pick();
      const started = now();
      const output = await record.network.run(input, size, floor);
      const time = (now() - started) / (size.width * size.height);
      if (++record.runs > WARM_UP) record.times.push(time);
      if (record.times.length > REMEMBERED) record.times.shift();
      return output;
    },
  };
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.POSITIVE_INFINITY;
}
