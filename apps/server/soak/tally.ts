import { isDeepStrictEqual } from 'node:util';
import { status } from '@grpc/grpc-js';

/** What may be tried again, and what we did ourselves. */
const RETRYABLE = [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.ABORTED];

/** A call that met a GOAWAY on its way: the server has not begun it (RFC 9113, section 8.7), but the code says INTERNAL. */
const NOT_BEGUN = /stream closed with error code (NGHTTP2_)?REFUSED_STREAM/i;

/** What clients say of a call that was cut off with its connection; of a server that lives, it is a fault. */
const CUT_OFF =
  /stream closed with error code CANCEL|missing status|code 0 \(Call ended without gRPC status\)/i;
/** Until a client has noticed that its server is gone. */
const NOTICED_AFTER_MS = 1000;

/** What came of a request; `again`: it failed with a code that says so. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'cancelled' | 'again' | 'lost' };

/** Counts what came of requests. */
export class Tally {
  sent = 0;
  answered = 0;
  /** By us. */
  cancelled = 0;
  /** Failed with a code that says: try again. */
  readonly retryable: string[] = [];
  /** Failed in any other way, or answered wrongly. */
  readonly lost: string[] = [];
  /** Files that were uploaded, through whatever, and compared with what was sent. */
  uploads = 0;
  readonly #truths = new Map<string, unknown>();

  #refused = 0;
  readonly #killedAt: () => number;

  /** @param killedAt when a server was last killed, as of `performance.now()` */
  constructor(killedAt = () => Number.NEGATIVE_INFINITY) {
    this.#killedAt = killedAt;
  }

  get unanswered(): number {
    return this.sent - this.answered - this.cancelled - this.retryable.length - this.#refused;
  }

  /** Follows one request to its end. */
  async follow<T>(what: string, request: Promise<T>, wasCancelled = () => false): Promise<Outcome<T>> {
    const sentAt = performance.now();
    this.sent++;
    try {
      const value = await request;
      this.answered++;
      return { kind: 'answered', value };
    } catch (error) {
      const { code = -1, message = '' } = error as { code?: number; message?: string };
      if (wasCancelled()) {
        this.cancelled++;
        return { kind: 'cancelled' };
      }
      const wasKilled = this.#killedAt() > sentAt - NOTICED_AFTER_MS;
      if (RETRYABLE.includes(code) || NOT_BEGUN.test(message) || (wasKilled && CUT_OFF.test(message))) {
        this.retryable.push(`${what}: ${code} ${message}`);
        return { kind: 'again' };
      }
      this.#refused++;
      this.lost.push(`${what}: ${code} ${message}`);
      return { kind: 'lost' };
    }
  }

  /** Takes note where something is not as it must be. */
  expect(isSo: boolean, otherwise: string): void {
    if (!isSo) this.lost.push(otherwise);
  }

  /** Whatever answers to the same question, whenever and through whatever, must be equal. */
  expectSame(question: string, answer: unknown): void {
    const first = this.#truths.get(question) ?? answer;
    this.#truths.set(question, first);
    this.expect(isDeepStrictEqual(first, answer), `another answer to ${question}`);
  }
}
