export interface IdleWatch {
  /** The other side did something. */
  active(): void;
  /** We are working: until the returned function is called, it is not the other side's turn. */
  work(): () => void;
  stop(): void;
}

/** Calls `onIdle` once, when it was the other side's turn for `timeoutMs` on end and nothing came from it. */
export function createIdleWatch(timeoutMs: number, onIdle: () => void): IdleWatch {
  let working = 0;
  let lastActive = performance.now();
  const active = () => {
    lastActive = performance.now();
  };
  let timer = setTimeout(look, timeoutMs);

  function look(): void {
    const remainingMs = working > 0 ? timeoutMs : lastActive + timeoutMs - performance.now();
    // Timers count whole milliseconds and may come a little early.
    if (remainingMs > 0) timer = setTimeout(look, Math.ceil(remainingMs));
    else onIdle();
  }

  return {
    active,
    work() {
      working++;
      return () => {
        working--;
        active();
      };
    },
    stop: () => clearTimeout(timer),
  };
}
