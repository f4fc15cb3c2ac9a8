import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBell } from '../flow/bell.ts';
import type { HttpRequest } from './http.ts';

export interface BodyReader {
  /**
   * Takes a chunk that has arrived. Where there is no room for it, the promise says when there is: nothing more is read
   * until then. It rejects where reading is to end with that error.
   */
  arrived(chunk: Uint8Array): Promise<void> | undefined;
  /** What comes of a chunk: any number of pieces, in order. */
  toPieces(chunk: Uint8Array): Uint8Array[];
  /** What comes behind the last chunk. */
  atEnd(): Uint8Array[];
  /** Ends the body with its reason; asked for when reading begins. */
  signal?(): AbortSignal | undefined;
}

/**
 * So many pieces are handed out before all else gets its turn: one chunk holds thousands of empty messages, and those
 * are answered without ever waiting.
 */
export const PIECES_PER_TURN = 32;

/**
 * The body of a request, read only as fast as it is asked for. Unlike the request's own iterator it handles each chunk
 * where it arrives and waits only for pieces: a raw frame is a hundred chunks, and one piece.
 */
export async function* readBody(
  request: HttpRequest,
  { arrived, toPieces, atEnd, signal = () => undefined }: BodyReader,
): AsyncGenerator<Uint8Array, void, void> {
  const ready: Uint8Array[] = [];
  const change = createBell();
  let end: { readonly error?: unknown } | undefined;
  let waitsForRoom = false;
  let handedOut = 0;

  function finish(how: { readonly error?: unknown }): void {
    end ??= how;
    change.ring();
  }

  function accept(chunk: Uint8Array): void {
    try {
      ready.push(...toPieces(chunk));
    } catch (error) {
      finish({ error });
    }
    if (ready.length === 0) return;
    request.pause();
    change.ring();
  }

  async function acceptLater(chunk: Uint8Array, room: Promise<void>): Promise<void> {
    waitsForRoom = true;
    request.pause();
    try {
      await room;
      accept(chunk);
    } catch (error) {
      finish({ error });
    }
    waitsForRoom = false;
    change.ring();
  }

  const listeners = {
    data(chunk: Uint8Array) {
      const room = arrived(chunk);
      if (room) void acceptLater(chunk, room);
      else accept(chunk);
    },
    end: () => finish({}),
    error: (error: unknown) => finish({ error }),
    close: () => finish({ error: new DOMException('the request was cut off', 'AbortError') }),
  };

  const over = signal();
  const abort = () => finish({ error: over?.reason });
  if (over?.aborted) abort();
  over?.addEventListener('abort', abort, { once: true });
  request.pause();
  for (const [event, listener] of Object.entries(listeners)) request.on(event, listener);
  try {
    for (;;) {
      const piece = ready.shift();
      if (piece) {
        yield piece;
        if (++handedOut % PIECES_PER_TURN === 0) await nextTurn();
      } else if (waitsForRoom) {
        await change.rung();
      } else if (end) {
        if ('error' in end) throw end.error;
        // Not before: the end may come while the last chunk waits.
        yield* atEnd();
        return;
      } else {
        request.resume();
        await change.rung();
      }
    }
  } finally {
    over?.removeEventListener('abort', abort);
    request.pause();
    for (const [event, listener] of Object.entries(listeners)) request.off(event, listener);
  }
}
