import type { Problem } from '../problems/problem.ts';
import type { Answer } from './answer.ts';
import type { SearchState } from './picture.ts';
import { type JobPlan, SMALL_BYTES } from './plan-jobs.ts';
import { UploadRefusedError } from './problem-with-file.ts';

/** One of several files that are sent together; its signal ends what happens to it. */
export interface BatchMember {
  readonly file: File;
  readonly signal: AbortSignal;
}

/** What several files that are sent in pieces tell of themselves, each by its place in the list. */
export interface BatchFollower {
  onSent(index: number, share: number): void;
  onAnswer(index: number, answer: Answer): void;
  onError(index: number, error: unknown): void;
}

/** What searches pictures. */
export interface SearchServices {
  readonly searchOne: (file: File, signal: AbortSignal) => Promise<Answer>;
  readonly searchBatch: (members: readonly BatchMember[], follower: BatchFollower) => Promise<void>;
  readonly explain: (error: unknown) => Promise<Problem>;
}

/** The pictures that are searched, by their ids. */
export interface SearchedPictures {
  /** Whether a picture is there, and its search has not ended. */
  isOpen(id: number): boolean;
  put(id: number, search: SearchState): void;
}

/** As many as keep the server's workers busy, and leave connections for the rest of the page. */
const JOBS_AT_ONCE = 2;

/** A picture's search, from when it is wanted to its end. */
export interface Search extends BatchMember {
  readonly id: number;
}

/** Searches pictures, a few jobs at a time, in order. */
export interface SearchQueue {
  add(jobs: readonly JobPlan<Search>[]): void;
}

export function createSearchQueue(
  { searchOne, searchBatch, explain }: SearchServices,
  { isOpen, put }: SearchedPictures,
): SearchQueue {
  const queue: JobPlan<Search>[] = [];
  let running = 0;

  /** What comes of a search counts only while it is. */
  const isWanted = ({ id, signal }: Search) => !signal.aborted && isOpen(id);

  function settle(search: Search, next: SearchState) {
    if (isWanted(search)) put(search.id, next);
  }

  async function fail(search: Search, error: unknown) {
    if (!isWanted(search)) return;
    const problem = await explain(error);
    settle(search, { phase: 'failed', problem });
  }

  async function runSingle(search: Search) {
    settle(search, { phase: 'searching' });
    try {
      const answer = await searchOne(search.file, search.signal);
      settle(search, { phase: 'found', answer });
    } catch (error) {
      await fail(search, error);
    }
  }

  /** By a call of its own after all: what is small can do without an upload. */
  function sendWhole(search: Search) {
    settle(search, { phase: 'waiting' });
    queue.push({ inPieces: false, members: [search] });
    pump();
  }

  async function runBatch(searches: readonly Search[]) {
    const inPieces = new Set(searches);
    function failInPieces(search: Search, error: unknown) {
      const isRefused = error instanceof UploadRefusedError;
      if (!isRefused || search.file.size > SMALL_BYTES) {
        return void fail(search, isRefused ? error.cause : error);
      }
      inPieces.delete(search);
      sendWhole(search);
    }
    const at = (index: number) => searches[index] as Search;
    const follower: BatchFollower = {
      onSent: (index, sent) => settle(at(index), { phase: 'searching', sent }),
      onAnswer: (index, answer) => settle(at(index), { phase: 'found', answer }),
      onError: (index, error) => failInPieces(at(index), error),
    };
    try {
      await searchBatch(searches, follower);
    } catch (error) {
      await Promise.all([...inPieces].map((search) => fail(search, error)));
    }
  }

  async function run({ inPieces, members }: JobPlan<Search>) {
    running++;
    const wanted = members.filter(isWanted);
    const [first] = wanted;
    if (first && inPieces) await runBatch(wanted);
    else if (first) await runSingle(first);
    running--;
    pump();
  }

  function pump() {
    while (running < JOBS_AT_ONCE) {
      const job = queue.shift();
      if (!job) return;
      void run(job);
    }
  }

  return {
    add(jobs) {
      queue.push(...jobs);
      pump();
    },
  };
}
