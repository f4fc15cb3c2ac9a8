import { status } from '@grpc/grpc-js';

/** What may be tried again, and what we did ourselves. */
const RETRYABLE = [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.ABORTED];

/**
 * How Connect's client for Node calls a connection that broke, and a call that met a GOAWAY on its way: the server has
 * not begun it (RFC 9113, section 8.7), but the code says INTERNAL.
 */
const BROKEN = /stream closed with error code (CANCEL|NGHTTP2_REFUSED_STREAM)/i;

/** Counts what came of requests. */
export class Tally {
  sent = 0;
  answered = 0;
  /** By us. */
  cancelled = 0;
  /** Failed with a code that says: try again. */
  readonly retryable: string[] = [];
  /** Failed in any other way. */
  readonly lost: string[] = [];

  get unanswered(): number {
    return this.sent - this.answered - this.cancelled - this.retryable.length - this.lost.length;
  }

  /** Follows one request to its end. */
  async follow(request: Promise<unknown>, wasCancelled = () => false): Promise<boolean> {
    this.sent++;
    try {
      await request;
      this.answered++;
      return true;
    } catch (error) {
      const { code = -1, message } = error as { code?: number; message?: string };
      if (wasCancelled()) this.cancelled++;
      else if (RETRYABLE.includes(code) || BROKEN.test(String(message)))
        this.retryable.push(`${code} ${message}`);
      else this.lost.push(`${code} ${message}`);
      return false;
    }
  }
}
