import { readFileSync } from 'node:fs';
import { childrenOf } from '../soak/process-table.ts';
import type { Sample } from './case.ts';

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;
/** Of the command line of a process with strangers' pictures or videos. */
const DECODER = /decoder-main|picture-main/;

/**
 * Processor time that a process has taken so far, with its threads, its decoders, and the children that have ended, in
 * milliseconds; NaN where nobody tells.
 */
function cpuMsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
    return decodersOf(pid).reduce((sum, decoder) => sum + (cpuMsOf(decoder) || 0), own);
  } catch {
    return Number.NaN;
  }
}

function decodersOf(pid: number): number[] {
  return childrenOf(pid).filter(isDecoder);
}

/** One that has ended has no command line any more, and is not counted with its parent before that has taken note. */
function isDecoder(pid: number): boolean {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return commandLine === '' || DECODER.test(commandLine);
  } catch {
    // By now its parent has.
    return false;
  }
}

/** Adds to a rate what the processes took of the processors meanwhile, per unit. */
export async function withCpu(pids: readonly number[], work: () => Promise<number>): Promise<Sample> {
  const total = () => pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  const [cpuBefore, startedAt] = [total(), performance.now()];
  const rate = await work();
  const units = (rate * (performance.now() - startedAt)) / 1000;
  const cpuMs = (total() - cpuBefore) / units;
  return { rate, cpuMs: Number.isFinite(cpuMs) ? cpuMs : undefined };
}

/** The most memory that a process has held so far, in MB; undefined where nobody tells. */
export function peakMemoryMb(pid: number): number | undefined {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Number(match[1]) / 1000 : undefined;
  } catch {
    return undefined;
  }
}
