import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '@boxwire/video/error-code';
import { Code, ConnectError } from '@connectrpc/connect';

/** As in proto/service-config.json, which gRPC libraries read and connect-node does not. */
const INITIAL_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 3000;
const BACKOFF_MULTIPLIER = 2;

/** What connect-node makes of a connection that broke; servers send none of these by themselves. */
const CUT_OFF = new Set([Code.Canceled, Code.Aborted]);
/** The same in its other words: the last ones of the server are missing, or a call met its goodbye and was not begun. */
const CUT_SHORT = /^protocol error: missing |NGHTTP2_REFUSED_STREAM/;
/** And in those of Node. */
const BROKEN = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_HTTP2_GOAWAY_SESSION']);

/** Whether another attempt may end better: the server is being replaced, is not ready, or was lost on the way. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  const { code, rawMessage, cause } = error;
  if (code === Code.Unavailable || CUT_OFF.has(code)) return true;
  const reason = errorCode(cause) ?? '';
  return code === Code.Internal && (CUT_SHORT.test(rawMessage) || BROKEN.has(reason));
}

export interface PatienceOptions {
  /** How long a server may be away. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Called once each time that the server is lost. */
  readonly onLoss: (error: ConnectError) => void;
}

/** How long a lost server is still asked again, and how often. */
export class Patience {
  readonly #options: PatienceOptions;
  #lostAt: number | undefined;
  #backoffMs = INITIAL_BACKOFF_MS;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** The server answers: all is forgotten. */
  restore(): void {
    this.#lostAt = undefined;
    this.#backoffMs = INITIAL_BACKOFF_MS;
  }

  /** Whether it is still worth it after this error. */
  has(error: unknown): boolean {
    const { waitMs, signal } = this.#options;
    const now = performance.now();
    return !signal.aborted && isPassing(error) && now + this.#backoffMs - (this.#lostAt ?? now) <= waitMs;
  }

  /** Waits for the next attempt. @throws the error, where it is not worth it, or once the signal aborts */
  async after(error: unknown): Promise<void> {
    if (!this.has(error)) throw error;
    const { signal, onLoss } = this.#options;
    if (this.#lostAt === undefined) onLoss(ConnectError.from(error));
    this.#lostAt ??= performance.now();
    // Many clients of one server are not to come back all at once.
    await sleep(this.#backoffMs * (0.8 + 0.4 * Math.random()), undefined, { signal });
    this.#backoffMs = Math.min(MAX_BACKOFF_MS, this.#backoffMs * BACKOFF_MULTIPLIER);
  }
}

/**
 * A call that is made again as long as there is patience. It must do no harm to make it twice.
 * @param isHopeless which errors end it all the same
 */
export async function withPatience<T>(
  patience: Patience,
  call: () => Promise<T>,
  isHopeless: (error: ConnectError) => boolean = () => false,
): Promise<T> {
  for (;;) {
    try {
      const result = await call();
      patience.restore();
      return result;
    } catch (error) {
      if (isHopeless(ConnectError.from(error))) throw error;
      await patience.after(error);
    }
  }
}
