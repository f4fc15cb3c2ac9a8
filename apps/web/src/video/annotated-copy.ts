import { nameWithEnding } from '../detections/export/save-file.ts';
import { createListeners } from '../shell/listeners.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import type { AnnotationTask } from './annotate-video.ts';

/** Where the copy of a video with its boxes drawn in stands; undefined when there is none. */
export type CopyState =
  | { readonly phase: 'making'; readonly share: number }
  | { readonly phase: 'made' }
  | { readonly phase: 'failed'; readonly problem: string }
  | undefined;

/** What makes such copies, and what becomes of them. */
export interface CopyServices {
  /** @returns a file of the browser's own, which stays until it is removed */
  annotate(task: AnnotationTask): Promise<File>;
  /** Hands it to the downloads. */
  save(name: string, file: File): void;
  remove(file: File): Promise<void>;
}

/** Makes the copy of one video, whatever is looked at meanwhile. */
export interface AnnotatedCopy {
  subscribe(listener: () => void): () => void;
  getState(): CopyState;
  /** @param frames as they are filtered */
  make(video: File, frames: readonly AnalysedFrame[], gapMs: number): Promise<void>;
  cancel(): void;
  /** Cancels it and removes what was made before. */
  forget(): void;
}

export function createAnnotatedCopy({ annotate, save, remove }: CopyServices): AnnotatedCopy {
  const listeners = createListeners();
  const made: File[] = [];
  let state: CopyState;
  let run = new AbortController();

  function show(next: CopyState) {
    state = next;
    listeners.tell();
  }

  function cancel() {
    run.abort();
    show(undefined);
  }

  return {
    subscribe: listeners.subscribe,
    getState: () => state,
    async make(video, frames, gapMs) {
      run = new AbortController();
      const { signal } = run;
      // An aborted run may tell of progress all the same.
      const onProgress = (share: number) => signal.aborted || show({ phase: 'making', share });
      show({ phase: 'making', share: 0 });
      try {
        const file = await annotate({ file: video, frames, gapMs, signal, onProgress });
        if (signal.aborted) return await remove(file);
        made.push(file);
        save(nameWithEnding(video.name, `-boxes${file.name.slice(file.name.lastIndexOf('.'))}`), file);
        show({ phase: 'made' });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (!signal.aborted) show({ phase: 'failed', problem });
      }
    },
    cancel,
    forget() {
      cancel();
      for (const file of made) void remove(file);
    },
  };
}
