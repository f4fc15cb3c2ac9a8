/** Those who are to know of changes, in the shape in which React subscribes. */
export interface Listeners {
  /** @returns what ends it */
  subscribe(listener: () => void): () => void;
  tell(): void;
}

/** @param start called when the first one comes; what it returns is called when the last one has gone */
export function createListeners(start: () => () => void = () => () => {}): Listeners {
  const all = new Set<() => void>();
  let stop = () => {};
  return {
    subscribe(listener) {
      all.add(listener);
      if (all.size === 1) stop = start();
      return () => {
        all.delete(listener);
        if (all.size === 0) stop();
      };
    },
    tell() {
      for (const listener of all) listener();
    },
  };
}
