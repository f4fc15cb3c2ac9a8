import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is still in the folder, beside what may be, when it had some time to go. */
export async function leftBehind(folder: string, allowed: RegExp, patienceMs: number) {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = readdirSync(folder).filter((name) => !allowed.test(name));
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(100);
  }
}
