import { readFileSync } from 'node:fs';

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
