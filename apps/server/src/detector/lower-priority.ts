import { readlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '@boxwire/video/error-code';

/**
 * How far those who compute stand back behind the thread that serves, as the system's niceness: a thread that computes for
 * tens of milliseconds on end would keep it waiting. Decoders come before inference, which waits for them. Linux weighs
 * niceness within one session or control group only, so that beside other services the server keeps its share; beside
 * two busy programs of its own session it computed 6 images a second instead of 22. At 19 it would be one.
 */
export const NICENESS = { decoder: 9, inference: 10 };

/** Linux takes one such request in a tenth of a second from all users together. */
const RETRY_INTERVAL_MS = 150;
const MAX_ATTEMPTS = 40;

/**
 * By so much below this process, whose own may be low already: a process that leads a session. Linux may weigh those
 * against each other ("autogroup"), whatever their threads have.
 */
export async function lowerSession(pid: number | undefined, niceness: number): Promise<void> {
  if (pid === undefined) return;
  lower(pid, niceness);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    try {
      return await writeFile(`/proc/${pid}/autogroup`, `${getPriority() + niceness}`);
    } catch (error) {
      // Else there is no such file, since the system weighs threads alone, or the process is gone.
      if (errorCode(error) !== 'EAGAIN') return;
    }
    await sleep(RETRY_INTERVAL_MS, undefined, { ref: false });
  }
}

/** Of the thread that asks, where threads have priorities of their own: on Linux. */
export function lowerThread(niceness: number): void {
  try {
    // As `self` this names the thread: `<process>/task/<thread>`.
    lower(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), niceness);
  } catch {
    // No such file: no such system.
  }
}

function lower(id: number, niceness: number): void {
  try {
    setPriority(id, getPriority() + niceness);
  } catch {
    // The system does not allow it, or it is gone already.
  }
}
