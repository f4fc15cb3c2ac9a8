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
