import type { ReliabilityRow } from './reliability-row.ts';
import type { SoakReport } from './soak.ts';

/** A soak as a line of the table. @param minutes absent where faults were counted */
export function soakToRow(report: SoakReport, minutes?: number): Omit<ReliabilityRow, 'command'> {
  const { sent, uploads, faults, cancelled, retryable, complaints } = report;
  const time = minutes === undefined ? '' : ` in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return {
    load: `${sent} requests${time}, two servers; ${uploads} uploads compared byte by byte`,
    faults: [...strikes(faults), `${cancelled} calls cancelled`].join('; '),
    lost: complaints.join('; ') || `nothing; ${retryable} said: try again`,
  };
}

const VICTIMS = ['server', 'worker', 'decoder', 'picture decoder'];

/** For each victim how often it was struck, and at how many stages. */
function strikes(faults: SoakReport['faults']): string[] {
  return VICTIMS.flatMap((victim) => {
    const counts = Object.entries(faults).filter(([name]) => name.startsWith(`a ${victim} `));
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    return total === 0 ? [] : [`${victim} ${total} times, at ${counts.length} stages`];
  });
}
