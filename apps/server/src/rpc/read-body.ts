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
  reader: BodyReader,
): AsyncGenerator<Uint8Array, void, void> {
  const intake = new Intake(request, reader);
  let handedOut = 0;
  try {
    for (;;) {
      const piece = intake.take();
      if (piece) {
        yield piece;
        if (++handedOut % PIECES_PER_TURN === 0) await nextTurn();
      } else {
        const more = intake.more();
        if (!more) break;
        await more;
      }
    }
    // Not before: the end may come while the last chunk waits.
    yield* reader.atEnd();
  } finally {
    intake.close();
  }
}

/** Where chunks arrive and become pieces. */
class Intake {
  readonly #request: HttpRequest;
  readonly #reader: BodyReader;
  readonly #signal: AbortSignal | undefined;
  readonly #ready: Uint8Array[] = [];
  readonly #change = createBell();
  #waitsForRoom = false;
  #end: { readonly error?: unknown } | undefined;

  constructor(request: HttpRequest, reader: BodyReader) {
    this.#request = request;
    this.#reader = reader;
    this.#signal = reader.signal?.();
    if (this.#signal?.aborted) this.#abort();
    this.#signal?.addEventListener('abort', this.#abort, { once: true });
    request.pause();
    for (const [event, listener] of this.#listeners) request.on(event, listener);
  }

  /** The next piece that is there. */
  take(): Uint8Array | undefined {
    return this.#ready.shift();
  }

  /** Once all are taken: resolves when there may be one; undefined: there will be none. @throws what ended the body */
  more(): Promise<void> | undefined {
    if (!this.#waitsForRoom && this.#end) {
      if ('error' in this.#end) throw this.#end.error;
      return undefined;
    }
    if (!this.#waitsForRoom) this.#request.resume();
    return this.#change.rung();
  }

  /** Takes no more in. */
  close(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#request.pause();
    for (const [event, listener] of this.#listeners) this.#request.off(event, listener);
  }

  readonly #abort = () => this.#finish({ error: this.#signal?.reason });

  readonly #listeners = Object.entries({
    data: (chunk: Uint8Array) => {
      const room = this.#reader.arrived(chunk);
      if (room) void this.#acceptLater(chunk, room);
      else this.#accept(chunk);
    },
    end: () => this.#finish({}),
    error: (error: unknown) => this.#finish({ error }),
    close: () => this.#finish({ error: new DOMException('the request was cut off', 'AbortError') }),
  });

  #accept(chunk: Uint8Array): void {
    try {
      this.#ready.push(...this.#reader.toPieces(chunk));
    } catch (error) {
      this.#finish({ error });
    }
    if (this.#ready.length === 0) return;
    this.#request.pause();
    this.#change.ring();
  }

  async #acceptLater(chunk: Uint8Array, room: Promise<void>): Promise<void> {
    this.#waitsForRoom = true;
    this.#request.pause();
    try {
      await room;
      this.#accept(chunk);
    } catch (error) {
      this.#finish({ error });
    }
    this.#waitsForRoom = false;
    this.#change.ring();
  }

  #finish(how: { readonly error?: unknown }): void {
    this.#end ??= how;
    this.#change.ring();
  }
}
