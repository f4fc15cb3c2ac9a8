import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a process has, from Linux's /proc; `undefined` elsewhere. */
export function belongings(pid: number) {
  try {
    const [, rssKb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return {
      memoryMb: Math.round(Number(rssKb) / 1024),
      handles: readdirSync(`/proc/${pid}/fd`).length,
      decoders: decodersOf(pid).length,
    };
  } catch {
    return undefined;
  }
}

/** The processes that it started. None where there is no /proc, or no such process. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/** Those of its children that decode a video each. */
export function decodersOf(pid: number): number[] {
  return childrenOf(pid).filter((child) => /decoder-main|ffmpeg|ffprobe/.test(commandOf(child)));
}

/** Those of its children that decode pictures, one after the other. */
export function pictureDecodersOf(pid: number): number[] {
  return childrenOf(pid).filter((child) => /picture-main/.test(commandOf(child)));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Whether it was there to be killed. */
export function killIfThere(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Those that are still there after a while. One that ended and was not waited for counts as gone. */
export async function survivors(pids: readonly number[], patienceMs: number): Promise<number[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    // What is gone, or a zombie, has no command line.
    const alive = pids.filter((pid) => commandOf(pid) !== '');
    if (alive.length === 0 || performance.now() > deadline) return alive;
    await sleep(20);
  }
}
