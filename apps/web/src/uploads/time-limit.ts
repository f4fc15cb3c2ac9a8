import { Code, ConnectError } from '@connectrpc/connect';

/** Ends a call whose line is dead without saying so, until it is stopped. */
export interface TimeLimit {
  /** Aborted with a DEADLINE_EXCEEDED when nothing was heard for so long. */
  readonly signal: AbortSignal;
  /** Something was heard: the time begins again. */
  restart(): void;
  stop(): void;
}

export function createTimeLimit(limitMs: number): TimeLimit {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  function restart() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      controller.abort(new ConnectError(`no answer for ${limitMs / 1_000} s`, Code.DeadlineExceeded));
    }, limitMs);
  }
  restart();
  return { signal: controller.signal, restart, stop: () => clearTimeout(timer) };
}
