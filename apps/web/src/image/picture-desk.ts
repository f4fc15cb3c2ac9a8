import { withOwnNames } from '../files/path-names.ts';
import { createListeners } from '../shell/listeners.ts';
import type { Tab } from '../shell/tab.ts';
import type { SuppressedAnswer } from './answer.ts';
import { type Asking, createAsking } from './asking-again.ts';
import type { Picture, SearchState } from './picture.ts';
import { planJobs } from './plan-jobs.ts';
import { problemWithFile } from './problem-with-file.ts';
import { createSearchQueue, type SearchServices } from './search-queue.ts';

/** The pictures on the page and which of them is in front. */
export interface DeskState {
  readonly pictures: readonly Picture[];
  /** Undefined when there is none. */
  readonly current: Picture | undefined;
}

/** Keeps the pictures and has them searched, a few at a time. */
export interface PictureDesk extends Asking {
  subscribe(listener: () => void): () => void;
  getState(): DeskState;
  /** Puts files behind those that are there, the first of them in front, and searches them. */
  add(files: readonly File[]): void;
  select(id: number): void;
  /** Ends the search of one picture, or keeps it from beginning. */
  cancel(id: number): void;
  retry(id: number): void;
  /** Searches again what failed and may go well now. */
  retryFailed(): void;
  /** Searches again what the server did not answer. */
  retryUnanswered(): void;
  /** Takes a picture off the page; the next one comes in front. */
  remove(id: number): void;
  clear(): void;
  /** Takes those off that belong in another tab. @returns their files */
  takeFor(tab: Tab): readonly File[];
}

export interface DeskDependencies extends SearchServices {
  readonly askForOverlap: (file: File, iou: number, signal: AbortSignal) => Promise<SuppressedAnswer>;
}

/** Whether a picture's search failed in a way that may pass. */
export function canRetry({ search }: Picture): boolean {
  return search.phase === 'failed' && search.problem.canRetry;
}

export const EMPTY_DESK: DeskState = { pictures: [], current: undefined };

export function createPictureDesk(dependencies: DeskDependencies): PictureDesk {
  const { askForOverlap, explain } = dependencies;
  const listeners = createListeners();
  /** What ends the calls about a picture, by its id. */
  const stops = new Map<number, AbortController>();
  let state = EMPTY_DESK;
  let nextId = 1;

  function show(pictures: readonly Picture[], currentId = state.current?.id) {
    state = { pictures, current: pictures.find(({ id }) => id === currentId) ?? pictures[0] };
    listeners.tell();
  }

  const find = (id: number) => state.pictures.find((picture) => picture.id === id);
  const isOpen = (id: number) => ['waiting', 'searching'].includes(find(id)?.search.phase ?? '');

  function put(id: number, search: SearchState) {
    show(state.pictures.map((picture) => (picture.id === id ? { ...picture, search } : picture)));
  }

  const queue = createSearchQueue(dependencies, { isOpen, put });

  /** Ends the calls about a picture. @returns what ends the next ones */
  function renewStop(id: number): AbortController {
    stops.get(id)?.abort();
    const stop = new AbortController();
    stops.set(id, stop);
    return stop;
  }

  function start(pictures: readonly Picture[]) {
    const searches = pictures.map(({ id, file }) => ({ id, file, signal: renewStop(id).signal }));
    queue.add(planJobs(searches));
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
    for (const { id, url } of pictures) {
      URL.revokeObjectURL(url);
      stops.get(id)?.abort();
      stops.delete(id);
    }
  }

  function remove(id: number) {
    const index = state.pictures.findIndex((picture) => picture.id === id);
    const rest = state.pictures.toSpliced(index, index < 0 ? 0 : 1);
    const next = state.current?.id === id ? rest[Math.min(index, rest.length - 1)] : state.current;
    const gone = state.pictures.filter((picture) => picture.id === id);
    show(rest, next?.id);
    discard(gone);
  }

  return {
    subscribe: listeners.subscribe,
    getState: () => state,
    add(files) {
      const taken = state.pictures.map(({ file }) => file.name);
      const added = withOwnNames(files, taken).map((file): Picture => {
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
      stops.get(id)?.abort();
    },
    retry: (id) => retry((picture) => picture.id === id),
    retryFailed: () => retry(canRetry),
    retryUnanswered: () =>
      retry(({ search }) => search.phase === 'failed' && search.problem.noAnswer === true),
    remove,
    clear() {
      const gone = state.pictures;
      show([]);
      discard(gone);
    },
    takeFor(tab) {
      const taken = state.pictures.filter(
        ({ search }) => search.phase === 'failed' && search.problem.belongsIn === tab,
      );
      for (const { id } of taken) remove(id);
      return taken.map(({ file }) => file);
    },
    ...createAsking({ find, put, renewStop, askForOverlap, explain }),
  };
}
