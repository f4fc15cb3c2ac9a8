import type { Network } from './network.ts';

/** What a network showed lately. */
interface Trial {
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
  const trials = networks.map((network): Trial => ({ network, times: [], runs: 0 }));
  let turns = 0;

  function pick(): Trial {
    const untried = trials.find(({ runs }) => runs < WARM_UP + REMEMBERED);
    if (untried) return untried;
    const [fastest, ...others] = trials.toSorted((a, b) => middle(a.times) - middle(b.times));
    const other = ++turns % RETRY_EVERY === 0 ? others[(turns / RETRY_EVERY) % others.length] : undefined;
    return other ?? (fastest as Trial);
  }

  return {
    classCount: networks[0].classCount,
    inputOrder: networks[0].inputOrder,
    async run(input, size, floor) {
      const trial = pick();
      const started = now();
      const output = await trial.network.run(input, size, floor);
      const time = (now() - started) / (size.width * size.height);
      if (++trial.runs > WARM_UP) trial.times.push(time);
      if (trial.times.length > REMEMBERED) trial.times.shift();
      return output;
    },
  };
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.POSITIVE_INFINITY;
}
