import type { Problem } from './problem.ts';

/** A part of the page's own code could not be fetched: the page's server is gone, or the network. */
export class PartError extends Error {
  constructor(cause: unknown) {
    super('a part of the page could not be fetched', { cause });
    this.name = 'PartError';
  }
}

/** What a PartError means to whoever waits. */
export const PART_PROBLEM: Problem = {
  title: 'A part of the page is missing',
  advice: 'It could not be fetched. The file is kept, and searched once there is a connection again.',
  canRetry: true,
  noAnswer: true,
};

/** Fetches code that is needed later. @throws {PartError} */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new PartError(error);
  }
}

const RETRY_MS = 3_000;

/**
 * Fetches code, and again for as long as that fails: React keeps the failure of a lazy component for ever, and shows the
 * page for faults in place of everything.
 *
 * @param onFailure told each time
 */
export async function loadPersistently<T>(load: () => Promise<T>, onFailure = () => {}): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      onFailure();
      await pauseForNetwork();
    }
  }
}

/** A while, and no longer once the browser finds a network again. */
function pauseForNetwork(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, RETRY_MS);
    function end() {
      clearTimeout(timer);
      removeEventListener('online', end);
      resolve();
    }
    addEventListener('online', end);
  });
}
