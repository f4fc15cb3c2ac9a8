import { createListeners } from './listeners.ts';

/** A state that may change more often than anybody wants to hear of it. */
export interface PacedState<T> {
  /** As it is now. */
  readonly now: T;
  /** As listeners were told of it last. */
  readonly shown: T;
  subscribe(listener: () => void): () => void;
  /** Changes it, to be shown with the next beat. */
  change(patch: Partial<T>): void;
  /** Tells listeners at once. */
  show(): void;
  /** Leaves out the next beat. */
  stop(): void;
}

/**
 * @param beatMs listeners are told of changes so much later, together
 * @param beforeShow returns what changes only when it is shown
 */
export function createPacedState<T extends object>(
  initial: T,
  beatMs: number,
  beforeShow: (now: T) => Partial<T> | undefined,
): PacedState<T> {
  const { subscribe, tell } = createListeners();
  let now = initial;
  let shown = initial;
  let beat: ReturnType<typeof setTimeout> | undefined;

  function stop() {
    clearTimeout(beat);
    beat = undefined;
  }

  function show() {
    stop();
    const patch = beforeShow(now);
    if (patch) now = { ...now, ...patch };
    shown = now;
    tell();
  }

  return {
    get now() {
      return now;
    },
    get shown() {
      return shown;
    },
    subscribe,
    change(patch) {
      now = { ...now, ...patch };
      beat ??= setTimeout(show, beatMs);
    },
    show,
    stop,
  };
}
