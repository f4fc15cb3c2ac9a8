import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

/** A process for its first thread. */
export interface RealTimeOptions {
  readonly pid?: number;
  /** Default: those that there are. */
  readonly cores?: number;
}

/**
 * Gives the thread that serves the lowest of Linux's real-time priorities: it then has a core at once whenever it wakes,
 * where niceness alone would let inference, or whatever else computes there, have its turn to the end. Threads and
 * processes that it starts do not inherit it, and it never takes the only core that there is.
 *
 * @returns whether the system has done so: Linux with util-linux does, for root and where the limit RTPRIO is 1 or more
 */
export async function toRealTime({
  pid = process.pid,
  cores = availableParallelism(),
}: RealTimeOptions = {}): Promise<boolean> {
  if (process.platform !== 'linux' || cores < 2) return false;
  try {
    await promisify(execFile)('chrt', ['--rr', '--reset-on-fork', '--pid', '1', `${pid}`]);
    return true;
  } catch {
    // Most users may not, and need not.
    return false;
  }
}
