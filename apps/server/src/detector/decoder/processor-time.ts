import { readdirSync, readFileSync } from 'node:fs';

/** What /proc counts in, whatever the system's own clock does. */
const TICK_MS = 10;

/** What a process has computed so far, all its threads together; `undefined` where the system does not say: on Linux it does. */
export function processorTimeMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // From the state on, the third field: the name before it may hold blanks. User's and system's time are 14 and 15.
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) * TICK_MS;
  } catch {
    return undefined;
  }
}

/**
 * Whether all threads of a process sleep until something happens: none is stopped, waits for a processor or a disk, or is
 * just woken after its machine was frozen. `false` where the system does not say.
 */
export function isAsleep(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const states = threads.map((id) => {
      const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'latin1');
      return stat[stat.lastIndexOf(')') + 2];
    });
    return states.every((state) => state === 'S');
  } catch {
    return false;
  }
}
