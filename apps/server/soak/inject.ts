import { setTimeout as sleep } from 'node:timers/promises';
import { below, createRandom } from '../hostile/random.ts';
import { FAULTS, type Fault } from './faults.ts';
import type { Stages } from './stages.ts';
import type { Target } from './targets.ts';

export interface Injection {
  readonly stages: Stages;
  /** Counts what was struck, by the fault's name. */
  readonly faults: Record<string, number>;
  /** Only what servers live through. */
  readonly isGentle: boolean;
  readonly pauseMs: number;
  /** Of the order of the faults. */
  readonly seed: number;
  /** Told each of them, for people. */
  readonly onFault: (line: string) => void;
  isEnough(): boolean;
}

/** Where no client gets for so long, one of them hangs. */
const STAGE_TIMEOUT_MS = 60_000;

/** Strikes all servers, each with one fault after the other, until it is enough. */
export async function injectFaults(targets: readonly Target[], injection: Injection): Promise<void> {
  const deck = deal(injection);
  await Promise.all(targets.map((target) => disturb(target, injection, deck)));
}

type Deck = Generator<Fault, never, void>;

/** For all servers together: each fault once, in any order, then each that hit nothing, before one comes again. */
function* deal({ faults, isGentle, seed }: Injection): Deck {
  const random = createRandom(seed);
  const kinds = FAULTS.filter((fault) => fault.isGentle || !isGentle);
  while (true) {
    const missing = kinds.filter(({ name }) => !faults[name]);
    yield* shuffled(missing.length > 0 ? missing : kinds, random);
  }
}

async function disturb(target: Target, injection: Injection, deck: Deck): Promise<void> {
  const { faults, pauseMs, isEnough, onFault } = injection;
  while (!isEnough()) {
    const fault = deck.next().value;
    if (!(await isReached(fault, target, injection))) continue;
    const isHit = await fault.strike(target);
    if (isHit) faults[fault.name] = (faults[fault.name] ?? 0) + 1;
    onFault(`port ${target.life.port}: ${fault.name}${isHit ? '' : ', which was gone already'}`);
    await sleep(pauseMs);
  }
}

async function isReached(
  { stage }: Fault,
  { life, complain }: Target,
  { stages }: Injection,
): Promise<boolean> {
  if (!stage) return true;
  try {
    await stages.reached(life.port, stage, AbortSignal.timeout(STAGE_TIMEOUT_MS));
    return true;
  } catch {
    complain(`no client came to where ${stage}`);
    return false;
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(below(random, left.length), 1));
}
