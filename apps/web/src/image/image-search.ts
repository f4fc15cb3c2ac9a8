import type { Problem } from '../problems/problem.ts';
import type { Answer } from './answer.ts';
import { problemWithFile } from './problem-with-file.ts';

/** A picture that was chosen; `url` shows it for as long as it is the current one. */
export interface Picture {
  readonly file: File;
  readonly url: string;
}

/** Where the search of one picture stands. */
export type SearchState =
  | { readonly phase: 'empty' }
  | { readonly phase: 'searching'; readonly picture: Picture }
  | { readonly phase: 'found'; readonly picture: Picture; readonly answer: Answer }
  | { readonly phase: 'cancelled'; readonly picture: Picture }
  | { readonly phase: 'failed'; readonly picture: Picture; readonly problem: Problem };

/** Searches one picture at a time. */
export interface ImageSearch {
  subscribe(listener: () => void): () => void;
  getState(): SearchState;
  /** Takes a picture's place and searches it; a search under way ends. */
  search(file: File): void;
  /** Ends the search under way. */
  cancel(): void;
  /** Searches the same picture again. */
  retry(): void;
}

/** What a search shows before a picture is chosen. */
export const NO_PICTURE: SearchState = { phase: 'empty' };

interface Dependencies {
  readonly predict: (file: File, signal: AbortSignal) => Promise<Answer>;
  readonly explain: (error: unknown) => Promise<Problem>;
}

export function createImageSearch({ predict, explain }: Dependencies): ImageSearch {
  const listeners = new Set<() => void>();
  let state: SearchState = NO_PICTURE;
  let attempt = new AbortController();

  function show(next: SearchState) {
    state = next;
    for (const listener of listeners) listener();
  }

  async function run(picture: Picture) {
    attempt.abort();
    attempt = new AbortController();
    const { signal } = attempt;
    show({ phase: 'searching', picture });
    const next = await predict(picture.file, signal).then(
      (answer): SearchState => ({ phase: 'found', picture, answer }),
      async (error): Promise<SearchState> => ({ phase: 'failed', picture, problem: await explain(error) }),
    );
    // An aborted attempt has nothing to say any more: it was cancelled, or another picture took its place.
    if (!signal.aborted) show(next);
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getState: () => state,
    search(file) {
      if (state.phase !== 'empty') URL.revokeObjectURL(state.picture.url);
      const picture = { file, url: URL.createObjectURL(file) };
      const problem = problemWithFile(file);
      if (!problem) return void run(picture);
      attempt.abort();
      show({ phase: 'failed', picture, problem });
    },
    cancel() {
      if (state.phase !== 'searching') return;
      attempt.abort();
      show({ phase: 'cancelled', picture: state.picture });
    },
    retry() {
      if (state.phase !== 'empty') run(state.picture);
    },
  };
}
