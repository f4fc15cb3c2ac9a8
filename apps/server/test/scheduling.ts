import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** As /proc names them. */
export const NORMAL = { policy: 0, priority: 0 };
export const REAL_TIME = { policy: 2, priority: 1 };

/** @param task a process, or `process/task/thread` */
export function schedulingOf(task: number | string): typeof NORMAL {
  const stat = readFileSync(`/proc/${task}/stat`, 'utf8');
  // The name, which is the second field, may hold anything, but no later field a bracket.
  const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fromThird[number - 3]);
  return { policy: field(41), priority: field(40) };
}

export const canBeRealTime =
  process.platform === 'linux' && spawnSync('chrt', ['--rr', '1', 'true']).status === 0;
if (!canBeRealTime)
  console.warn('\nNOT TESTED: real-time priority, which this user may not have (ulimit -r)\n');
