import { createListeners } from '../shell/listeners.ts';
import { delayUntilNextCheckMs, type ServerStatus } from './server-status.ts';

/** The server's status and whether it is being looked at right now. */
export interface ServerView {
  readonly status: ServerStatus;
  readonly checking: boolean;
}

/** Watches the server for as long as somebody listens. */
export interface ServerWatch {
  subscribe(listener: () => void): () => void;
  getView(): ServerView;
  /** Looks now instead of at the next turn. */
  checkNow(): void;
}

/** When somebody looks at the page; a watch rests while nobody does. */
export interface Attention {
  isPresent(): boolean;
  /** Calls back when it may have come or gone; returns how to stop that. */
  onChange(callback: () => void): () => void;
}

/** What a watch shows before it has looked. */
export const FIRST_VIEW: ServerView = { status: { phase: 'connecting' }, checking: true };

/** @param check looks once, given what was known before; must not throw */
export function createServerWatch(
  check: (previous: ServerStatus) => Promise<ServerStatus>,
  attention: Attention,
): ServerWatch {
  const listeners = createListeners(start);
  let view = FIRST_VIEW;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;

  function show(next: ServerView) {
    view = next;
    listeners.tell();
  }

  async function look() {
    clearTimeout(timer);
    const mine = ++turn;
    show({ ...view, checking: true });
    const status = await check(view.status);
    if (mine !== turn) return;
    show({ status, checking: false });
    if (attention.isPresent()) timer = setTimeout(look, delayUntilNextCheckMs(status, Math.random()));
  }

  function start() {
    const stopAttention = attention.onChange(() => {
      clearTimeout(timer);
      if (attention.isPresent()) look();
    });
    look();
    return () => {
      turn++;
      clearTimeout(timer);
      stopAttention();
    };
  }

  return {
    subscribe: listeners.subscribe,
    getView: () => view,
    checkNow: () => void look(),
  };
}
