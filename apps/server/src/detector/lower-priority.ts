import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/**
 * How far those who compute stand back behind the thread that serves, as the system's niceness: a thread that computes for
 * tens of milliseconds on end would keep it waiting. Decoders come before inference, which waits for them. Linux weighs
 * niceness within one session or control group only, so that beside other services the server keeps its share; beside
 * two busy programs of its own session it computed 6 images a second instead of 22. At 19 it would be one.
 */
export const STAND_BACK = { decoder: 9, inference: 10 };

/** By so much below this process, whose own may be low already. Of a process, by its id. Where the system does not allow it all are alike. */
export function lowerProcess(pid: number | undefined, niceness: number): void {
  try {
    if (pid !== undefined) setPriority(pid, getPriority() + niceness);
  } catch {
    // It may be gone already, too.
  }
}

/** Of the thread that asks, where threads have priorities of their own: on Linux. */
export function lowerThread(niceness: number): void {
  try {
    // As `self` this names the thread: `<process>/task/<thread>`.
    lowerProcess(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), niceness);
  } catch {
    // No such file: no such system.
  }
}
