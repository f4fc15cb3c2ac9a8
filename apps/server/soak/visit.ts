import { openClients } from '../hostile/doors.ts';
import type { Stage, Stages } from './stages.ts';
import type { Outcome, Tally } from './tally.ts';

export interface ServerPlace {
  readonly port: number;
  /** Where it keeps its uploads. */
  readonly uploadDir: string;
}

export interface VisitOptions {
  readonly random: () => number;
  readonly tally: Tally;
  readonly stages: Stages;
}

/** One client at one server. */
export interface Visit {
  readonly clients: ReturnType<typeof openClients>;
  readonly uploadDir: string;
  readonly random: () => number;
  readonly tally: Tally;
  tell(stage: Stage): void;
  /** Follows what some of the time is cancelled after a moment. */
  cancellable<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>>;
}

/** Of streams and analyses that are begun, how many are cancelled on the way. */
const CANCEL_SHARE = 0.3;
const CANCEL_WITHIN_MS = 500;

export function openVisit({ port, uploadDir }: ServerPlace, { random, tally, stages }: VisitOptions): Visit {
  return {
    ...{ clients: openClients(port), uploadDir, random, tally },
    tell: (stage) => stages.tell(port, stage),
    cancellable(what, work) {
      const cancel = new AbortController();
      const isOne = random() < CANCEL_SHARE;
      const timer = isOne ? setTimeout(() => cancel.abort(), random() * CANCEL_WITHIN_MS) : undefined;
      const request = work(cancel.signal).finally(() => clearTimeout(timer));
      return tally.follow(what, request, () => cancel.signal.aborted);
    },
  };
}
