import type { Problem } from '../problems/problem.ts';
import type { Answer, SuppressedAnswer } from './answer.ts';
import type { Picture, SearchState } from './picture.ts';
import { planJobs } from './plan-jobs.ts';
import { problemWithFile } from './problem-with-file.ts';

/** The pictures on the page and which of them is in front. */
export interface DeskState {
  readonly pictures: readonly Picture[];
  /** Undefined when there is none. */
  readonly current: Picture | undefined;
}

/** Keeps the pictures and has them searched, a few at a time. */
export interface PictureDesk {
  subscribe(listener: () => void): () => void;
  getState(): DeskState;
  /** Puts files behind those that are there, the first of them in front, and searches them. */
  add(files: readonly File[]): void;
  select(id: number): void;
  /** Ends the search of one picture, or keeps it from beginning. */
  cancel(id: number): void;
  retry(id: number): void;
  /** Searches again what the server did not answer. */
  retryUnanswered(): void;
  /** Takes a picture off the page; the next one comes in front. */
  remove(id: number): void;
  clear(): void;
  /** Asks the server for one overlap where an answer holds too little for it. */
  askAgain(id: number, iou: number): void;
}

/** What several files that are sent in pieces tell of themselves, each by its place in the list. */
export interface BatchFollower {
  onSent(index: number, share: number): void;
  onAnswer(index: number, answer: Answer): void;
  onError(index: number, error: unknown): void;
}

export interface DeskDependencies {
  readonly searchOne: (file: File, signal: AbortSignal) => Promise<Answer>;
  readonly searchBatch: (
    files: readonly File[],
    follower: BatchFollower,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly askForOverlap: (file: File, iou: number, signal: AbortSignal) => Promise<SuppressedAnswer>;
  readonly explain: (error: unknown) => Promise<Problem>;
}

export const EMPTY_DESK: DeskState = { pictures: [], current: undefined };

/** As many as keep the server's workers busy, and leave connections for the rest of the page. */
const JOBS_AT_ONCE = 2;

/** Pictures that are searched together; `stop` ends it for all of them. */
interface Job {
  readonly ids: readonly number[];
  readonly inPieces: boolean;
  readonly stop: AbortController;
}

export function createPictureDesk(dependencies: DeskDependencies): PictureDesk {
  const { searchOne, searchBatch, askForOverlap, explain } = dependencies;
  const listeners = new Set<() => void>();
  const queue: Job[] = [];
  const running = new Set<Job>();
  let state = EMPTY_DESK;
  let nextId = 1;

  function show(pictures: readonly Picture[], currentId = state.current?.id) {
    state = { pictures, current: pictures.find(({ id }) => id === currentId) ?? pictures[0] };
    for (const listener of listeners) listener();
  }

  const find = (id: number) => state.pictures.find((picture) => picture.id === id);
  const isOpen = (id: number) => ['waiting', 'searching'].includes(find(id)?.search.phase ?? '');

  function put(id: number, search: SearchState) {
    show(state.pictures.map((picture) => (picture.id === id ? { ...picture, search } : picture)));
  }

  /** What comes of a search counts only while it is still wanted. */
  function settle(id: number, search: SearchState) {
    if (isOpen(id)) put(id, search);
  }

  async function fail(id: number, error: unknown) {
    const problem = await explain(error);
    settle(id, { phase: 'failed', problem });
  }

  async function runSingle(id: number, file: File, signal: AbortSignal) {
    put(id, { phase: 'searching' });
    try {
      settle(id, { phase: 'found', answer: await searchOne(file, signal) });
    } catch (error) {
      if (!signal.aborted) await fail(id, error);
    }
  }

  async function runBatch(ids: readonly number[], files: readonly File[], signal: AbortSignal) {
    const idAt = (index: number) => ids[index] as number;
    const follower: BatchFollower = {
      onSent: (index, sent) => settle(idAt(index), { phase: 'searching', sent }),
      onAnswer: (index, answer) => settle(idAt(index), { phase: 'found', answer }),
      onError: (index, error) => void fail(idAt(index), error),
    };
    try {
      await searchBatch(files, follower, signal);
    } catch (error) {
      if (!signal.aborted) await Promise.all(ids.map((id) => fail(id, error)));
    }
  }

  async function run(job: Job) {
    running.add(job);
    const pictures = job.ids.filter(isOpen).flatMap((id) => find(id) ?? []);
    const [first] = pictures;
    const ids = pictures.map(({ id }) => id);
    const files = pictures.map(({ file }) => file);
    if (first && job.inPieces) await runBatch(ids, files, job.stop.signal);
    else if (first) await runSingle(first.id, first.file, job.stop.signal);
    running.delete(job);
    pump();
  }

  function pump() {
    while (running.size < JOBS_AT_ONCE) {
      const job = queue.shift();
      if (!job) return;
      void run(job);
    }
  }

  function start(pictures: readonly Picture[]) {
    for (const { inPieces, members } of planJobs(pictures)) {
      queue.push({ ids: members.map(({ id }) => id), inPieces, stop: new AbortController() });
    }
    pump();
  }

  /** Ends the jobs that nobody waits for any more. */
  function stopIdleJobs() {
    for (const job of [...running, ...queue]) if (!job.ids.some(isOpen)) job.stop.abort();
  }

  function retry(wanted: (picture: Picture) => boolean) {
    const again = state.pictures.filter(
      (picture) => !['waiting', 'searching', 'found'].includes(picture.search.phase) && wanted(picture),
    );
    if (again.length === 0) return;
    const ids = new Set(again.map(({ id }) => id));
    const waiting: SearchState = { phase: 'waiting' };
    show(state.pictures.map((picture) => (ids.has(picture.id) ? { ...picture, search: waiting } : picture)));
    start(again);
  }

  function discard(pictures: readonly Picture[]) {
    for (const { url } of pictures) URL.revokeObjectURL(url);
    stopIdleJobs();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getState: () => state,
    add(files) {
      const added = files.map((file): Picture => {
        const problem = problemWithFile(file);
        const search: SearchState = problem ? { phase: 'failed', problem } : { phase: 'waiting' };
        return { id: nextId++, file, url: URL.createObjectURL(file), search };
      });
      show([...state.pictures, ...added], added[0]?.id);
      start(added.filter(({ search }) => search.phase === 'waiting'));
    },
    select: (id) => show(state.pictures, id),
    cancel(id) {
      if (!isOpen(id)) return;
      put(id, { phase: 'cancelled' });
      stopIdleJobs();
    },
    retry: (id) => retry((picture) => picture.id === id),
    retryUnanswered: () =>
      retry(({ search }) => search.phase === 'failed' && search.problem.noAnswer === true),
    remove(id) {
      const index = state.pictures.findIndex((picture) => picture.id === id);
      const rest = state.pictures.toSpliced(index, index < 0 ? 0 : 1);
      const next = state.current?.id === id ? rest[Math.min(index, rest.length - 1)] : state.current;
      const gone = state.pictures.filter((picture) => picture.id === id);
      show(rest, next?.id);
      discard(gone);
    },
    clear() {
      const gone = state.pictures;
      show([]);
      discard(gone);
    },
    async askAgain(id, iou) {
      const picture = find(id);
      if (picture?.search.phase !== 'found' || picture.search.again === 'asking') return;
      const { answer } = picture.search;
      put(id, { phase: 'found', answer, again: 'asking' });
      const next = await askForOverlap(picture.file, iou, new AbortController().signal).then(
        (suppressed): SearchState => ({ phase: 'found', answer: { ...answer, suppressed } }),
        async (error): Promise<SearchState> => ({ phase: 'found', answer, again: await explain(error) }),
      );
      if (find(id)) put(id, next);
    },
  };
}
